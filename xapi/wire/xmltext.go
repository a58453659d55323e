package wire

import (
	"bytes"
	"strconv"
	"unicode/utf8"
)

// textByte are the bytes that stand for themselves in character data.
var textByte = func() (is [256]bool) {
	for c := range is {
		is[c] = c >= 0x20 && c != '<' && c != '&' || c == '\t' || c == '\n'
	}
	return is
}()

// chars reads character data up to the next tag, which must be there. The
// result is good until the next call.
func (s *xmlScanner) chars() ([]byte, error) {
	i := s.pos
	for i < len(s.buf) && textByte[s.buf[i]] {
		i++
	}
	text := s.buf[s.pos:i]
	s.pos = i
	if i+1 < len(s.buf) && s.buf[i] == '<' && s.buf[i+1] != '!' && s.buf[i+1] != '?' {
		return text, nil
	}
	s.scratch = append(s.scratch[:0], text...)
	err := s.slowChars()
	return s.scratch, err
}

// slowChars adds to scratch what chars did not find to be its own text.
func (s *xmlScanner) slowChars() error {
	for s.pos+1 < len(s.buf) {
		c := s.buf[s.pos]
		var err error
		switch {
		case textByte[c]:
			s.scratch = append(s.scratch, c)
			s.pos++
		case c == '\r':
			s.newline()
		case c == '&':
			err = s.entity()
		case c != '<':
			return s.fail("character %#02x", c)
		case s.at("<![CDATA["):
			err = s.cdata()
		case s.at("<!--"), s.at("<?"):
			// misc would skip blanks behind it too, which are text here.
			open, end := "<!--", "-->"
			if s.at("<?") {
				open, end = "<?", "?>"
			}
			s.pos += len(open)
			err = s.skipTo(end)
		case s.at("<!"):
			return s.fail("a declaration among text")
		default:
			return nil
		}
		if err != nil {
			return err
		}
	}
	return s.fail("the document ends early")
}

// newline reads a carriage return: with a line feed behind it or without, it
// is one line feed.
func (s *xmlScanner) newline() {
	s.scratch = append(s.scratch, '\n')
	s.pos++
	if s.at("\n") {
		s.pos++
	}
}

func (s *xmlScanner) cdata() error {
	s.pos += len("<![CDATA[")
	n := bytes.Index(s.buf[s.pos:], []byte("]]>"))
	if n < 0 {
		return s.fail("%q is missing", "]]>")
	}
	for end := s.pos + n; s.pos < end; {
		c := s.buf[s.pos]
		switch {
		case c == '\r':
			s.newline()
			continue
		case !textByte[c] && c != '<' && c != '&':
			return s.fail("character %#02x", c)
		}
		s.scratch = append(s.scratch, c)
		s.pos++
	}
	s.pos += len("]]>")
	return nil
}

var entities = map[string]byte{"amp": '&', "lt": '<', "gt": '>', "quot": '"', "apos": '\''}

func (s *xmlScanner) entity() error {
	const longest = 12
	end := bytes.IndexByte(s.buf[s.pos:min(len(s.buf), s.pos+longest)], ';')
	if end < 2 {
		return s.fail("an entity is not closed")
	}
	name := s.buf[s.pos+1 : s.pos+end]
	if name[0] != '#' {
		c, ok := entities[string(name)]
		if !ok {
			return s.fail("unknown entity %q", name)
		}
		s.scratch = append(s.scratch, c)
	} else {
		base, digits := 10, string(name[1:])
		if digits != "" && digits[0] == 'x' {
			base, digits = 16, digits[1:]
		}
		r, err := strconv.ParseUint(digits, base, 32)
		if err != nil || r > utf8.MaxRune || !xmlChar(rune(r)) {
			return s.fail("no character has the number %q", name)
		}
		s.scratch = utf8.AppendRune(s.scratch, rune(r))
	}
	s.pos += end + 1
	return nil
}
