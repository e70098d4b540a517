# Completion of sloop for fish. `sloop complete` knows what may follow; this asks it.

function __sloop_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    for line in ($words[1] complete $words[2..] "$current" 2>/dev/null)
        if test "$line" = ":files"
            __fish_complete_path (string replace -r '^--[^=]*=' '' -- $current)
        else
            echo $line
        end
    end
end

complete -c sloop -f -a "(__sloop_complete)"
