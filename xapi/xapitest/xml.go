package xapitest

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
)

// decodeResponse reads an XML-RPC answer into strings, bools, float64s (as
// text), maps and slices. The client library cannot decode untyped text into
// an any, which is what this API answers with.
func decodeResponse(r io.Reader) (any, error) {
	d := xml.NewDecoder(r)
	for {
		t, err := d.Token()
		if err != nil {
			return nil, err
		}
		if s, ok := t.(xml.StartElement); ok && s.Name.Local == "value" {
			return decodeValue(d)
		}
	}
}

// decodeValue reads the content of a value element to its end.
func decodeValue(d *xml.Decoder) (any, error) {
	var text strings.Builder
	var value any
	typed := false
	for {
		t, err := d.Token()
		if err != nil {
			return nil, err
		}
		switch t := t.(type) {
		case xml.CharData:
			text.Write(t)
		case xml.StartElement:
			typed = true
			if value, err = decodeTyped(d, t.Name.Local); err != nil {
				return nil, err
			}
		case xml.EndElement:
			if typed {
				return value, nil
			}
			return text.String(), nil
		}
	}
}

func decodeTyped(d *xml.Decoder, kind string) (any, error) {
	switch kind {
	case "struct":
		return decodeStruct(d)
	case "array":
		return decodeArray(d)
	}
	var text string
	if err := d.DecodeElement(&text, &xml.StartElement{Name: xml.Name{Local: kind}}); err != nil {
		return nil, err
	}
	switch kind {
	case "boolean":
		return text == "1", nil
	case "string", "i4", "int", "double", "dateTime.iso8601":
		return text, nil
	}
	return nil, fmt.Errorf("a value of type %s", kind)
}

func decodeStruct(d *xml.Decoder) (any, error) {
	m := map[string]any{}
	name := ""
	for {
		t, err := d.Token()
		if err != nil {
			return nil, err
		}
		switch t := t.(type) {
		case xml.StartElement:
			switch t.Name.Local {
			case "name":
				if err := d.DecodeElement(&name, &t); err != nil {
					return nil, err
				}
			case "value":
				if m[name], err = decodeValue(d); err != nil {
					return nil, err
				}
			}
		case xml.EndElement:
			if t.Name.Local == "struct" {
				return m, nil
			}
		}
	}
}

func decodeArray(d *xml.Decoder) (any, error) {
	list := []any{}
	for {
		t, err := d.Token()
		if err != nil {
			return nil, err
		}
		switch t := t.(type) {
		case xml.StartElement:
			if t.Name.Local == "value" {
				v, err := decodeValue(d)
				if err != nil {
					return nil, err
				}
				list = append(list, v)
			}
		case xml.EndElement:
			if t.Name.Local == "array" {
				return list, nil
			}
		}
	}
}
