package wire

import "unicode/utf8"

// escapes says what to write instead of the bytes below 0x80.
type escapes struct {
	kept [256]bool // bytes that are written as they are
	text [0x80]string
	xml  bool
}

var escaping = [...]escapes{XML: xmlEscapes(), JSON: jsonEscapes()}

func xmlEscapes() (e escapes) {
	e.xml = true
	for c := range 0x80 {
		// The other control characters are dropped, as xapi: no XML document
		// may hold them.
		e.kept[c] = c >= 0x20 || c == '\t' || c == '\n'
	}
	for c, s := range map[byte]string{'&': "&amp;", '<': "&lt;", '>': "&gt;", '"': "&quot;", '\r': "&#13;"} {
		e.kept[c], e.text[c] = false, s
	}
	return e
}

func jsonEscapes() (e escapes) {
	const hex = "0123456789abcdef"
	for c := range 0x80 {
		e.kept[c] = c >= 0x20
		e.text[c] = `\u00` + string(hex[c>>4]) + string(hex[c&15])
	}
	for c, s := range map[byte]string{'"': `\"`, '\\': `\\`, '\n': `\n`, '\r': `\r`, '\t': `\t`, '\b': `\b`, '\f': `\f`} {
		e.kept[c], e.text[c] = false, s
	}
	return e
}

// appendEscaped writes s as text. What is not UTF-8, and for XML the two
// characters that no document may hold, become U+FFFD: one odd string must not
// make a whole answer unreadable.
func appendEscaped(dst []byte, f Format, s string) []byte {
	e := &escaping[f]
	from := 0
	for i := 0; i < len(s); {
		c := s[i]
		if e.kept[c] {
			i++
			continue
		}
		with, width := "", 1
		if c < utf8.RuneSelf {
			with = e.text[c]
		} else {
			var r rune
			r, width = utf8.DecodeRuneInString(s[i:])
			if !(r == utf8.RuneError && width == 1) && !(e.xml && (r == 0xFFFE || r == 0xFFFF)) {
				i += width
				continue
			}
			with = "\uFFFD"
		}
		dst = append(dst, s[from:i]...)
		dst = append(dst, with...)
		i += width
		from = i
	}
	return append(dst, s[from:]...)
}

// appendName writes the name of a struct member.
func appendName(dst []byte, f Format, s string) []byte {
	if f == JSON {
		return append(appendEscaped(append(dst, '"'), JSON, s), '"', ':')
	}
	return append(appendEscaped(append(dst, "<name>"...), XML, s), "</name>"...)
}

func appendString(dst []byte, f Format, s string) []byte {
	if f == JSON {
		return append(appendEscaped(append(dst, '"'), JSON, s), '"')
	}
	return append(appendEscaped(append(dst, "<value>"...), XML, s), "</value>"...)
}
