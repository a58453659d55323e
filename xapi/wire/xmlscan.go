package wire

import (
	"bytes"
	"fmt"
	"unicode/utf8"
)

// xmlScanner reads the XML that XML-RPC needs: elements, character data and
// CDATA; it skips attributes, comments, processing instructions and the
// document type. Tag names are compared without a namespace prefix. Entities
// that a document type declares are unknown, so that text never grows.
type xmlScanner struct {
	buf     []byte
	pos     int
	scratch []byte
	budget
}

func (s *xmlScanner) fail(format string, args ...any) error {
	return &SyntaxError{Format: XML, Offset: s.pos, Text: fmt.Sprintf(format, args...)}
}

func (s *xmlScanner) at(prefix string) bool {
	return len(s.buf)-s.pos >= len(prefix) && string(s.buf[s.pos:s.pos+len(prefix)]) == prefix
}

// skipTo moves behind the next end.
func (s *xmlScanner) skipTo(end string) error {
	i := bytes.Index(s.buf[s.pos:], []byte(end))
	if i < 0 {
		return s.fail("%q is missing", end)
	}
	s.pos += i + len(end)
	return nil
}

// misc skips blanks, comments and processing instructions.
func (s *xmlScanner) misc() error {
	for {
		for s.pos < len(s.buf) && blank[s.buf[s.pos]] {
			s.pos++
		}
		var err error
		switch {
		case s.pos+1 >= len(s.buf) || s.buf[s.pos] != '<':
			return nil
		case s.buf[s.pos+1] == '?':
			s.pos += 2
			err = s.skipTo("?>")
		case s.at("<!--"):
			s.pos += 4
			err = s.skipTo("-->")
		default:
			return nil
		}
		if err != nil {
			return err
		}
	}
}

var nameByte = func() (is [256]bool) {
	for c := range is {
		is[c] = c >= 0x80 || c|0x20 >= 'a' && c|0x20 <= 'z' || c >= '0' && c <= '9' || c == '.' || c == '-' || c == '_' || c == ':'
	}
	return is
}()

// name reads a name and gives what follows its namespace prefix.
func (s *xmlScanner) name() ([]byte, error) {
	from := s.pos
	for s.pos < len(s.buf) && nameByte[s.buf[s.pos]] {
		s.pos++
	}
	name := s.buf[from:s.pos]
	if len(name) == 0 || name[0] == '-' || name[0] == '.' || name[0] >= '0' && name[0] <= '9' {
		return nil, s.fail("a name is missing")
	}
	return name[bytes.IndexByte(name, ':')+1:], nil
}

// start reads a start tag. An empty-element tag has no end tag to come.
func (s *xmlScanner) start() (name []byte, empty bool, err error) {
	if s.pos >= len(s.buf) || s.buf[s.pos] != '<' {
		return nil, false, s.fail("an element is missing")
	}
	s.pos++
	if name, err = s.name(); err != nil {
		return nil, false, err
	}
	for s.pos < len(s.buf) {
		c := s.buf[s.pos]
		switch {
		case c == '>':
			s.pos++
			return name, false, nil
		case s.at("/>"):
			s.pos += 2
			return name, true, nil
		case blank[c]:
			s.pos++
		default:
			if err := s.attribute(); err != nil {
				return nil, false, err
			}
		}
	}
	return nil, false, s.fail("a tag is not closed")
}

func (s *xmlScanner) attribute() error {
	if _, err := s.name(); err != nil {
		return err
	}
	s.blanks()
	if !s.at("=") {
		return s.fail("an attribute has no value")
	}
	s.pos++
	s.blanks()
	if !s.at(`"`) && !s.at("'") {
		return s.fail("an attribute's value is not quoted")
	}
	s.pos++
	return s.skipTo(string(s.buf[s.pos-1]))
}

func (s *xmlScanner) blanks() {
	for s.pos < len(s.buf) && blank[s.buf[s.pos]] {
		s.pos++
	}
}

// open reads the start tag of the element that has to come.
func (s *xmlScanner) open(want string) (empty bool, err error) {
	// The usual spelling, at once.
	if end := s.pos + len(want) + 1; end < len(s.buf) && s.buf[s.pos] == '<' && s.buf[end] == '>' &&
		string(s.buf[s.pos+1:end]) == want {
		s.pos = end + 1
		return false, nil
	}
	if err := s.misc(); err != nil {
		return false, err
	}
	name, empty, err := s.start()
	if err == nil && string(name) != want {
		err = s.fail("<%s> where <%s> is due", name, want)
	}
	return empty, err
}

// more reports whether another element comes before the end tag.
func (s *xmlScanner) more() (bool, error) {
	if err := s.misc(); err != nil {
		return false, err
	}
	return !s.at("</"), nil
}

// end reads an end tag.
func (s *xmlScanner) end(want string) error {
	if end := s.pos + len(want) + 2; end < len(s.buf) && s.buf[end] == '>' && s.at("</") &&
		string(s.buf[s.pos+2:end]) == want {
		s.pos = end + 1
		return nil
	}
	if err := s.misc(); err != nil {
		return err
	}
	if !s.at("</") {
		return s.fail("</%s> is missing", want)
	}
	s.pos += 2
	name, err := s.name()
	if err != nil {
		return err
	}
	if string(name) != want {
		return s.fail("</%s> where </%s> is due", name, want)
	}
	s.blanks()
	if !s.at(">") {
		return s.fail("a tag is not closed")
	}
	s.pos++
	return nil
}

// doctype skips a document type with all that it declares.
func (s *xmlScanner) doctype() error {
	const open, shut = '<', '>'
	depth, subset := 0, false
	for s.pos < len(s.buf) {
		var err error
		c := s.buf[s.pos]
		switch {
		case s.at("<!--"), s.at("<?"):
			if err := s.misc(); err != nil {
				return err
			}
			continue
		case c == '"', c == '\'':
			s.pos++
			err = s.skipTo(string(c))
			s.pos--
		case c == '[':
			subset = true
		case c == ']':
			subset = false
		case c == open:
			depth++
		case c == shut:
			depth--
		}
		if err != nil {
			return err
		}
		s.pos++
		if depth == 0 && !subset {
			return nil
		}
	}
	return s.fail("the document type is not closed")
}

// xmlChar reports whether a document may hold the character.
func xmlChar(r rune) bool {
	return r >= 0x20 && r < 0xD800 || r > 0xDFFF && r < 0xFFFE || r > 0xFFFF && r <= utf8.MaxRune ||
		r == '\t' || r == '\n' || r == '\r'
}
