--- Who has made a request of `sloop ctl`, as a line of log has it: "sloop ctl, process 123".

--- `request.by` is the process that asked, or nil.
return function(request)
  local by = math.type(request.by) == "integer" and request.by
  return by and ("sloop ctl, process %d"):format(by) or "a control request"
end
