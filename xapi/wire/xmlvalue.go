package wire

import (
	"encoding/base64"
	"io"
)

// DecodeXML reads an XML-RPC call of size bytes, or up to the end if size is
// negative. It fails with a *SyntaxError, an error that wraps ErrTooLarge, or
// what r fails with.
func DecodeXML(r io.Reader, size int64, l Limits) (*Request, error) {
	b, err := readBody(r, size, l)
	if err != nil {
		return nil, err
	}
	defer b.free()
	doc, err := toUTF8(b.raw)
	if err != nil {
		return nil, &SyntaxError{Format: XML, Text: err.Error()}
	}
	s := xmlScanner{buf: doc, scratch: b.text, budget: budget{l.Depth, l.Values}}
	req := &Request{Protocol: XMLRPC}
	err = s.call(req)
	b.text = s.scratch
	if err != nil {
		return nil, err
	}
	req.checkUTF8(doc)
	return req, nil
}

// DecodeValueXML reads a "<value>" element, as in the result of a task.
func DecodeValueXML(text string) (Value, error) {
	s := xmlScanner{buf: []byte(text), budget: budget{DefaultLimits.Depth, DefaultLimits.Values}}
	v, err := s.value()
	if err == nil {
		err = s.eof()
	}
	if err != nil {
		return nil, err
	}
	return v, nil
}

func (s *xmlScanner) eof() error {
	if err := s.misc(); err != nil {
		return err
	}
	if s.pos < len(s.buf) {
		return s.fail("text behind the end")
	}
	return nil
}

func (s *xmlScanner) call(req *Request) error {
	if err := s.misc(); err != nil {
		return err
	}
	if s.at("<!DOCTYPE") {
		if err := s.doctype(); err != nil {
			return err
		}
	}
	empty, err := s.open("methodCall")
	if err != nil {
		return err
	}
	if empty {
		return s.fail("no method name")
	}
	name, err := s.leaf("methodName")
	if err != nil {
		return err
	}
	req.Method = string(trim(name))
	more, err := s.more()
	if err != nil {
		return err
	}
	if more {
		if req.Params, err = s.params(); err != nil {
			return err
		}
	}
	if err := s.end("methodCall"); err != nil {
		return err
	}
	return s.eof()
}

func (s *xmlScanner) params() ([]Value, error) {
	empty, err := s.open("params")
	if err != nil || empty {
		return nil, err
	}
	params := make([]Value, 0, 4)
	for {
		more, err := s.more()
		if err != nil {
			return nil, err
		}
		if !more {
			return params, s.end("params")
		}
		if empty, err = s.open("param"); err == nil && empty {
			err = s.fail("a parameter without value")
		}
		if err != nil {
			return nil, err
		}
		v, err := s.value()
		if err != nil {
			return nil, err
		}
		params = append(params, v)
		if err := s.end("param"); err != nil {
			return nil, err
		}
	}
}

// leaf reads an element that holds text alone.
func (s *xmlScanner) leaf(name string) ([]byte, error) {
	empty, err := s.open(name)
	if err != nil || empty {
		return nil, err
	}
	return s.rest(name)
}

// rest reads an element that holds text alone, from behind its start tag.
func (s *xmlScanner) rest(name string) ([]byte, error) {
	text, err := s.chars()
	if err != nil {
		return nil, err
	}
	return text, s.end(name)
}

func (s *xmlScanner) value() (Value, error) {
	empty, err := s.open("value")
	if err == nil {
		err = s.count()
	}
	if err != nil {
		return nil, err
	}
	if empty {
		return "", nil
	}
	text, err := s.chars()
	if err != nil {
		return nil, err
	}
	if s.at("</") {
		v := string(text)
		return v, s.end("value")
	}
	if len(trim(text)) > 0 {
		return nil, s.fail("text and an element in one value")
	}
	v, err := s.typed()
	if err != nil {
		return nil, err
	}
	return v, s.end("value")
}

// elements are the types of values.
var elements = func() map[string]string {
	m := map[string]string{}
	for _, e := range []string{"string", "int", "i4", "i8", "double", "boolean", "dateTime.iso8601", "base64", "nil", "array", "struct"} {
		m[e] = e
	}
	return m
}()

// typed reads the element within a value.
func (s *xmlScanner) typed() (Value, error) {
	tag, empty, err := s.start()
	if err != nil {
		return nil, err
	}
	name, ok := elements[string(tag)]
	if !ok {
		return nil, s.fail("unknown type <%s>", tag)
	}
	switch name {
	case "array":
		return s.array(empty)
	case "struct":
		return s.structure(empty)
	}
	var text []byte
	if !empty {
		if text, err = s.rest(name); err != nil {
			return nil, err
		}
	}
	v, ok := scalar(name, text)
	if !ok {
		return nil, s.fail("%q is no <%s>", shorten(string(text)), name)
	}
	return v, nil
}

func scalar(name string, text []byte) (Value, bool) {
	switch name {
	case "string":
		return string(text), true
	case "boolean":
		// As xapi: what is not true is false.
		t := string(trim(text))
		return t == "1" || t == "true", true
	case "dateTime.iso8601":
		return Date(text), true
	case "double":
		return both(parseFloat(text))
	case "base64":
		return both(parseBase64(text))
	case "nil":
		return nil, len(trim(text)) == 0
	}
	return both(parseInt(text))
}

func both[T any](v T, ok bool) (Value, bool) { return v, ok }

func (s *xmlScanner) array(empty bool) (Value, error) {
	list := Array{}
	if empty {
		return list, nil
	}
	if err := s.enter(); err != nil {
		return nil, err
	}
	defer s.leave()
	if more, err := s.more(); err != nil || !more {
		return list, firstOf(err, s.end, "array")
	}
	if empty, err := s.open("data"); err != nil || empty {
		return list, firstOf(err, s.end, "array")
	}
	for {
		more, err := s.more()
		if err != nil {
			return nil, err
		}
		if !more {
			return list, firstOf(s.end("data"), s.end, "array")
		}
		v, err := s.value()
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
}

func (s *xmlScanner) structure(empty bool) (Value, error) {
	v := &Struct{}
	if empty {
		return v, nil
	}
	if err := s.enter(); err != nil {
		return nil, err
	}
	defer s.leave()
	for {
		more, err := s.more()
		if err != nil {
			return nil, err
		}
		if !more {
			return v, s.end("struct")
		}
		m, err := s.member()
		if err != nil {
			return nil, err
		}
		v.Members = append(v.Members, m)
	}
}

func (s *xmlScanner) member() (m Member, err error) {
	empty, err := s.open("member")
	if err == nil && empty {
		err = s.fail("a struct member without name")
	}
	if err == nil {
		err = s.count()
	}
	if err != nil {
		return m, err
	}
	name, err := s.leaf("name")
	if err != nil {
		return m, err
	}
	m.Name = string(name)
	if m.Value, err = s.value(); err != nil {
		return m, err
	}
	return m, s.end("member")
}

// firstOf gives err, or without one what reading the end tag gives.
func firstOf(err error, end func(string) error, tag string) error {
	if err != nil {
		return err
	}
	return end(tag)
}

func parseBase64(text []byte) ([]byte, bool) {
	packed := make([]byte, 0, len(text))
	for _, c := range text {
		if !blank[c] {
			packed = append(packed, c)
		}
	}
	n, err := base64.StdEncoding.Decode(packed, packed)
	return packed[:n], err == nil
}
