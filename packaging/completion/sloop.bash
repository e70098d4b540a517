# Completion of sloop for bash. `sloop complete` knows what may follow; this asks it.

_sloop() {
  local line=${COMP_LINE:0:COMP_POINT} words current whole candidate text
  read -ra words <<<"$line"
  [[ $line == *[[:space:]] ]] && words+=("")
  whole=${words[-1]}
  current=${whole##*[=:]} # bash takes "=" and ":" for ends of words
  COMPREPLY=()
  while IFS=$'\t' read -r candidate text; do
    if [[ $candidate == :files ]]; then
      compopt -o filenames
      while read -r candidate; do COMPREPLY+=("$candidate"); done < <(compgen -f -- "$current")
    else
      [[ $candidate == *= ]] && compopt -o nospace
      COMPREPLY+=("${candidate:$((${#whole} - ${#current}))}")
    fi
  done < <("${words[0]}" complete "${words[@]:1}" 2>/dev/null)
}

complete -F _sloop sloop
