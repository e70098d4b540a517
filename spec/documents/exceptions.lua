--- Blocks of the documents that are not run, and why: document -> beginning of the block -> reason.
return {
  ["README.md"] = {
    ["make demo"] = "spec/process/demo_spec.lua runs the demo; this is a part of `make test`",
    ["sequenceDiagram"] = "spec/process/recording_spec.lua draws it anew",
  },
  ["bench/README.md"] = {
    ["make bench"] = "takes minutes",
    ["build/release/sloop lua bench/failover.lua"] = "takes minutes",
  },
  ["docs/deploying.md"] = {
    ["systemctl enable"] = "needs systemd; spec/process/service_spec.lua runs such a node",
  },
}
