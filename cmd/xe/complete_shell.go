package main

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"
)

// A shell gets a line that says whether a blank is to follow the word, "space"
// or "nospace", and then a candidate a line.

// listing is bash's COMP_TYPE when candidates are shown and none is inserted.
const listing = "63"

// completeBash completes the last word of a line. bash replaces but the part of
// it that follows the last of the characters at which it breaks words.
func completeBash(w io.Writer, args []string) error {
	args = append(args, "", "", "")
	words, raw := splitLine(args[0])
	if len(words) < 2 {
		return nil
	}
	word := words[len(words)-1]
	found := newCompleter(words[1 : len(words)-1]).candidates(word)
	cut := 0
	if !strings.ContainsAny(raw, `"'`) {
		if at := strings.LastIndexAny(raw, breaksIn(args[1])); at >= 0 {
			cut = len(unquote(raw[:at+1]))
		}
	}
	out := bufio.NewWriter(w)
	fmt.Fprintln(out, directive(found))
	for _, c := range found {
		text := c.word[cut:]
		if !strings.ContainsAny(raw, `"'`) {
			text = quote(text)
		}
		if args[2] == listing && len(found) > 1 && c.about != "" {
			text += " (" + c.about + ")"
		}
		fmt.Fprintln(out, text)
	}
	return out.Flush()
}

// breaksIn are the characters of COMP_WORDBREAKS that matter in words of xe.
func breaksIn(breaks string) string {
	var b strings.Builder
	for _, c := range "=:" {
		if strings.ContainsRune(breaks, c) {
			b.WriteRune(c)
		}
	}
	return b.String()
}

// completeZsh completes the last of some words; a tab stands before what is
// said of a candidate.
func completeZsh(w io.Writer, words []string) error {
	if len(words) == 0 {
		return nil
	}
	found := newCompleter(words[:len(words)-1]).candidates(words[len(words)-1])
	out := bufio.NewWriter(w)
	fmt.Fprintln(out, directive(found))
	for _, c := range found {
		fmt.Fprintln(out, strings.ReplaceAll(c.word, "\t", " ")+"\t"+c.about)
	}
	return out.Flush()
}

func directive(found []candidate) string {
	if slices.ContainsFunc(found, func(c candidate) bool { return c.open }) {
		return "nospace"
	}
	return "space"
}

// splitLine splits a line as a shell does. The last word may be empty and its
// quotes open; it comes a second time as it was typed.
func splitLine(line string) (words []string, raw string) {
	begin, started := 0, false
	var quoted byte
	for i := 0; i <= len(line); i++ {
		if i == len(line) {
			return append(words, unquote(line[begin:])), line[begin:]
		}
		switch c := line[i]; {
		case c == '\\' && quoted != '\'':
			i++
			started = true
			if i >= len(line) {
				i = len(line) - 1
			}
		case quoted != 0:
			if c == quoted {
				quoted = 0
			}
		case c == '"' || c == '\'':
			quoted, started = c, true
		case c == ' ' || c == '\t':
			if started {
				words = append(words, unquote(line[begin:i]))
			}
			begin, started = i+1, false
		default:
			started = true
		}
	}
	return words, ""
}

// unquote takes away the quotes and backslashes of a word.
func unquote(raw string) string {
	var b strings.Builder
	var quoted byte
	for i := 0; i < len(raw); i++ {
		switch c := raw[i]; {
		case c == '\\' && quoted != '\'' && i+1 < len(raw):
			i++
			b.WriteByte(raw[i])
		case quoted == 0 && (c == '"' || c == '\''):
			quoted = c
		case c == quoted && quoted != 0:
			quoted = 0
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

// quote puts a backslash before what a shell would not take as it is.
func quote(s string) string {
	var b strings.Builder
	for _, r := range s {
		if strings.ContainsRune(" \t\"'\\$`!&|;<>()[]{}*?#~", r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}
