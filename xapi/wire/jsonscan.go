package wire

import (
	"fmt"
	"math"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// jsonScanner reads JSON values. Beyond the standard it knows the bare words
// NaN, Infinity and -Infinity, which answers may hold. Strings keep bytes that
// are not UTF-8, for Request.InvalidUTF8 to find.
type jsonScanner struct {
	buf     []byte
	pos     int
	scratch []byte
	budget
}

func (s *jsonScanner) fail(format string, args ...any) error {
	return &SyntaxError{Format: JSON, Offset: s.pos, Text: fmt.Sprintf(format, args...)}
}

// peek skips blanks and gives the byte behind them, 0 at the end.
func (s *jsonScanner) peek() byte {
	for s.pos < len(s.buf) && blank[s.buf[s.pos]] {
		s.pos++
	}
	if s.pos == len(s.buf) {
		return 0
	}
	return s.buf[s.pos]
}

// skip moves behind c if that is next.
func (s *jsonScanner) skip(c byte) bool {
	if s.peek() != c || s.pos == len(s.buf) {
		return false
	}
	s.pos++
	return true
}

func (s *jsonScanner) eof() error {
	if s.peek(); s.pos < len(s.buf) {
		return s.fail("text behind the end")
	}
	return nil
}

func (s *jsonScanner) value() (Value, error) {
	if err := s.count(); err != nil {
		return nil, err
	}
	switch c := s.peek(); c {
	case '"':
		return s.str()
	case '[':
		list, err := s.array()
		return list, err
	case '{':
		v := &Struct{}
		return v, s.object(func(name string) error {
			if err := s.count(); err != nil {
				return err
			}
			e, err := s.value()
			v.Members = append(v.Members, Member{name, e})
			return err
		})
	case 't':
		return true, s.word("true")
	case 'f':
		return false, s.word("false")
	case 'n':
		return nil, s.word("null")
	case 'N':
		return math.NaN(), s.word("NaN")
	case 'I':
		return math.Inf(1), s.word("Infinity")
	}
	return s.number()
}

func (s *jsonScanner) word(w string) error {
	if len(s.buf)-s.pos < len(w) || string(s.buf[s.pos:s.pos+len(w)]) != w {
		return s.fail("%s is due", w)
	}
	s.pos += len(w)
	return nil
}

func (s *jsonScanner) array() (Array, error) {
	if err := s.enter(); err != nil {
		return nil, err
	}
	defer s.leave()
	s.pos++
	list := Array{}
	if s.skip(']') {
		return list, nil
	}
	for {
		v, err := s.value()
		if err != nil {
			return nil, err
		}
		list = append(list, v)
		if s.skip(']') {
			return list, nil
		}
		if !s.skip(',') {
			return nil, s.fail("',' or ']' is due")
		}
	}
}

// object reads an object; member is called with each name, to read the value.
func (s *jsonScanner) object(member func(name string) error) error {
	if err := s.enter(); err != nil {
		return err
	}
	defer s.leave()
	s.pos++
	if s.skip('}') {
		return nil
	}
	for {
		if s.peek() != '"' {
			return s.fail("a member's name is due")
		}
		name, err := s.str()
		if err != nil {
			return err
		}
		if !s.skip(':') {
			return s.fail("':' is due")
		}
		if err := member(name); err != nil {
			return err
		}
		if s.skip('}') {
			return nil
		}
		if !s.skip(',') {
			return s.fail("',' or '}' is due")
		}
	}
}

func (s *jsonScanner) number() (Value, error) {
	from := s.pos
	negative := s.skip('-')
	if negative && s.pos < len(s.buf) && s.buf[s.pos] == 'I' {
		return math.Inf(-1), s.word("Infinity")
	}
	n := s.digits()
	if n == 0 || n > 1 && s.buf[s.pos-n] == '0' {
		return nil, s.fail("a value is due")
	}
	whole := true
	if s.pos < len(s.buf) && s.buf[s.pos] == '.' {
		s.pos++
		whole = false
		if s.digits() == 0 {
			return nil, s.fail("a digit is due")
		}
	}
	if s.pos < len(s.buf) && s.buf[s.pos]|0x20 == 'e' {
		s.pos++
		whole = false
		if s.pos < len(s.buf) && (s.buf[s.pos] == '+' || s.buf[s.pos] == '-') {
			s.pos++
		}
		if s.digits() == 0 {
			return nil, s.fail("a digit is due")
		}
	}
	text := s.buf[from:s.pos]
	if whole {
		if n, ok := parseInt(text); ok {
			return n, nil
		}
	}
	x, err := strconv.ParseFloat(string(text), 64)
	if err != nil {
		return nil, s.fail("the number is out of range")
	}
	return x, nil
}

func (s *jsonScanner) digits() (n int) {
	for ; s.pos < len(s.buf) && s.buf[s.pos] >= '0' && s.buf[s.pos] <= '9'; n++ {
		s.pos++
	}
	return n
}

// str reads a string, at its opening quote.
func (s *jsonScanner) str() (string, error) {
	s.pos++
	i := s.pos
	for i < len(s.buf) && s.buf[i] != '"' && s.buf[i] != '\\' && s.buf[i] >= 0x20 {
		i++
	}
	text := s.buf[s.pos:i]
	s.pos = i
	if i < len(s.buf) && s.buf[i] == '"' {
		s.pos++
		return string(text), nil
	}
	s.scratch = append(s.scratch[:0], text...)
	for s.pos < len(s.buf) {
		c := s.buf[s.pos]
		switch {
		case c == '"':
			s.pos++
			return string(s.scratch), nil
		case c < 0x20:
			return "", s.fail("character %#02x in a string", c)
		case c == '\\':
			if err := s.escape(); err != nil {
				return "", err
			}
		default:
			s.scratch = append(s.scratch, c)
			s.pos++
		}
	}
	return "", s.fail("a string is not closed")
}

var unescaped = map[byte]byte{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

func (s *jsonScanner) escape() error {
	if s.pos+1 >= len(s.buf) {
		return s.fail("a string is not closed")
	}
	if c, ok := unescaped[s.buf[s.pos+1]]; ok {
		s.scratch = append(s.scratch, c)
		s.pos += 2
		return nil
	}
	r, ok := s.unit(s.pos)
	if !ok {
		return s.fail("unknown escape in a string")
	}
	s.pos += 6
	if utf16.IsSurrogate(r) {
		// Half a pair is no character: U+FFFD, as encoding/json has it.
		low, _ := s.unit(s.pos)
		if r = utf16.DecodeRune(r, low); r != utf8.RuneError {
			s.pos += 6
		}
	}
	s.scratch = utf8.AppendRune(s.scratch, r)
	return nil
}

// unit reads the \uXXXX at a position.
func (s *jsonScanner) unit(at int) (rune, bool) {
	if at+6 > len(s.buf) || s.buf[at] != '\\' || s.buf[at+1] != 'u' {
		return 0, false
	}
	var r rune
	for _, c := range s.buf[at+2 : at+6] {
		d := digit(c)
		if d > 15 {
			return 0, false
		}
		r = r<<4 | rune(d)
	}
	return r, true
}
