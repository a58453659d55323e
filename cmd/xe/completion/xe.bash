# Completion of xe for bash: xe itself finds what may follow, by asking the
# server. In ~/.bashrc:
#
#     source <(xe --completion bash)

_xe() {
    local directive line
    COMPREPLY=()
    {
        IFS= read -r directive
        while IFS= read -r line; do
            COMPREPLY+=("$line")
        done
    } < <("${COMP_WORDS[0]}" --complete bash "${COMP_LINE:0:COMP_POINT}" "$COMP_WORDBREAKS" "$COMP_TYPE" 2>/dev/null)
    if [ "$directive" = nospace ]; then
        compopt -o nospace 2>/dev/null
    fi
    return 0
}

complete -F _xe xe
