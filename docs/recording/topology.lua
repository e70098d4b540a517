--- The greeter stands still and loses connections; each reply is for the request it answers.
return {
  nodes  = { greeter = { "greeter.lua" }, client = { "client.lua" } },
  faults = { pause = { "greeter" }, cut = true, delay = { 1, 50 } },
  check  = function(history)
    for _, event in ipairs(history) do
      if event.kind == "asked" and event.reply ~= "none"
        and not event.reply:find("client " .. event.number .. " (", 1, true) then
        return ("request %d got %q"):format(event.number, event.reply)
      end
    end
  end,
}
