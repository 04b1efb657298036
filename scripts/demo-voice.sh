# What the demo says and how it shows a command: read by scripts/demo, which sets `bin`, `workspace`
# and `data`, and says in `act` where the story is.

bold='' plain='' color=never
if [ -t 1 ] && [ -z "${NO_COLOR:-}" ] && [ "${TERM:-dumb}" != dumb ]; then
  bold=$'\e[1m' plain=$'\e[0m' color=always
fi

wrapped() { fold -s -w 78 | sed 's/ *$//'; }
say() { printf '\n%s\n' "$*" | wrapped; }

begin() {
  act=$1
  printf '\n%s== %s%s\n' "$bold" "$act" "$plain"
}

# Shows a command as somebody would type it, broken before it is wider than a terminal; a flag and
# its value stay together.
show_command() {
  local line='$ countersign' chunk='' word
  printf '\n%s' "$bold"
  for word in "$@" --; do
    if [[ -n $chunk && ($word == --* || ! $chunk =~ ^\ --[^\ ]*$) ]]; then
      if [ $((${#line} + ${#chunk})) -gt 76 ]; then
        printf '%s \\\n' "$line"
        line='   '
      fi
      line+=$chunk
      chunk=''
    fi
    [[ $word =~ ^[A-Za-z0-9_./:=@-]+$ ]] || word="'${word//\'/\'\\\'\'}'"
    chunk+=" $word"
  done
  printf '%s%s\n' "$line" "$plain"
}

# A receipt without the id of its stream, which is of no interest to somebody who looks on.
short_receipts() { sed -E 's|^(Recorded .*): ([a-z]+)/[0-9a-f-]+ (version [0-9]+)$|\1: \2 \3|'; }

# as PERSON COMMAND...: runs a command of the command line as somebody and shows both. Hints for the
# next step are left out, because the story goes on by itself.
as() { as_shown cat -- "$@"; }

# The same, with the answer shortened by the filter before --: as_shown FILTER... -- PERSON ...
as_shown() {
  local filter=()
  while [ "$1" != -- ]; do
    filter+=("$1")
    shift
  done
  shift
  show_command --as "$@"
  "$bin/countersign" --color "$color" --as "$@" \
    2>"$workspace/errors" >"$workspace/answer" || complain "$@"
  "${filter[@]}" <"$workspace/answer" | short_receipts
}

# refused STATUS PERSON COMMAND...: a command that is not carried out.
refused() {
  local expected=$1 status=0
  shift
  show_command --as "$@"
  "$bin/countersign" --as "$@" 2>"$workspace/errors" || status=$?
  [ $status -eq "$expected" ] || complain "$@"
  sed '/^demo: /d' "$workspace/errors" | wrapped
}

# told PROGRAM WORD...: runs a program other than the command line, in the folder of files that the
# story hands around, and shows both.
told() {
  show_program "$@"
  (cd "$workspace/files" && "$bin/$1" "${@:2}") 2>"$workspace/errors" >"$workspace/answer" ||
    complain "$@"
  fold -s -w 80 "$workspace/answer" | sed 's/ *$//'
}

show_program() {
  local words=("${@/#$data*/DIR}")
  printf '\n%s$ %s%s\n' "$bold" "${words[*]}" "$plain"
}

complain() {
  cat "$workspace/errors" >&2
  act+=", at: countersign --as $*"
  exit 1
}

# What a calendar holds, one line and what hangs below it; its terms, named one by one, would be too
# much here.
calendar_summary() { awk 'NR > 1 && !/^ / { exit } { print }'; }

# The paragraph of the explained deadlines that begins with a word.
paragraph() { awk -v word="$1" '/^[^ ]/ { shown = index($0, word) == 1 } shown { print; n++ }
  END { exit n == 0 }'; }

clock_to() { as theo.lindqvist demo advance "$1"; }
