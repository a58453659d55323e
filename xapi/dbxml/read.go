package dbxml

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
)

// Document is a dump that was read.
type Document struct {
	Manifest map[string]string
	rows     []row
}

type row struct {
	class *model.Class
	ref   string
	obj   any
}

// Read reads a dump, a real pool's too: columns and tables that are not known are
// left out, and what is missing takes its default. RESTORE_INCOMPATIBLE_VERSION
// if the layout is of another major version.
func Read(r io.Reader) (*Document, error) {
	d := &Document{Manifest: map[string]string{}}
	x := xml.NewDecoder(r)
	var class *model.Class
	inside := false
	for {
		tok, err := x.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("the dump: %w", err)
		}
		e, ok := tok.(xml.StartElement)
		if !ok {
			continue
		}
		a := map[string]string{}
		for _, at := range e.Attr {
			a[at.Name.Local] = at.Value
		}
		switch e.Name.Local {
		case "database":
			inside = true
		case "pair":
			d.Manifest[a["key"]] = a["value"]
		case "table":
			class = model.ClassByName(a["name"])
		case "row":
			if !inside || class == nil || !class.Persist || !class.Database {
				continue
			}
			obj, err := object(class, a)
			if err != nil {
				return nil, fmt.Errorf("the dump: %s %s: %w", class.Name, a["ref"], err)
			}
			d.rows = append(d.rows, row{class, unescape(a["ref"]), obj})
		}
	}
	if !inside {
		return nil, errors.New("the dump: it has no database")
	}
	if v := d.Manifest["schema_major_vsn"]; v != "" && v != strconv.Itoa(SchemaMajor) {
		return nil, model.ErrRestoreIncompatibleVersion()
	}
	return d, nil
}

// object makes a row of its columns.
func object(c *model.Class, columns map[string]string) (any, error) {
	obj := store.DefaultAny(c)
	v := reflect.ValueOf(obj).Elem()
	for _, f := range c.Fields {
		text, ok := columns[Column(f.Name)]
		if !ok {
			if text, ok = columns[f.Name]; !ok {
				continue
			}
		}
		if err := parse(v.Field(f.Index), unescape(text)); err != nil {
			return nil, fmt.Errorf("%s: %w", f.Name, err)
		}
	}
	return obj, nil
}

func unescape(s string) string {
	if !strings.Contains(s, "%") {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '%' || i+1 == len(s) {
			b.WriteByte(s[i])
			continue
		}
		i++
		switch s[i] {
		case '.':
			b.WriteByte(' ')
		case '_':
			b.WriteString("  ")
		case 't':
			b.WriteByte('\t')
		case 'n':
			b.WriteByte('\n')
		case 'r':
			b.WriteByte('\r')
		case '%':
			b.WriteByte('%')
		default:
			b.WriteByte('%')
			b.WriteByte(s[i])
		}
	}
	return b.String()
}

var timeType = reflect.TypeFor[time.Time]()

// parse reads a value's text form.
func parse(v reflect.Value, text string) error {
	switch {
	case v.Type() == timeType:
		t, err := time.Parse("20060102T15:04:05Z", text)
		if err != nil {
			return err
		}
		v.Set(reflect.ValueOf(t))
		return nil
	case v.Kind() == reflect.String:
		v.SetString(text)
		return nil
	case v.Kind() == reflect.Bool:
		b, err := strconv.ParseBool(text)
		v.SetBool(b)
		return err
	case v.Kind() == reflect.Int64:
		n, err := strconv.ParseInt(text, 10, 64)
		v.SetInt(n)
		return err
	case v.Kind() == reflect.Float64:
		n, err := strconv.ParseFloat(text, 64)
		v.SetFloat(n)
		return err
	case v.Kind() == reflect.Slice || v.Kind() == reflect.Map:
		return parseList(v, text)
	}
	return nil // a record within a record: not stored
}

// parseList reads ('a' 'b') into a slice, (('k' 'v')) into a map.
func parseList(v reflect.Value, text string) error {
	p := &sexpr{s: text}
	list, err := p.list()
	if err != nil {
		return err
	}
	if v.Kind() == reflect.Slice {
		out := reflect.MakeSlice(v.Type(), 0, len(list))
		for _, e := range list {
			item := reflect.New(v.Type().Elem()).Elem()
			if err := parse(item, e.text); err != nil {
				return err
			}
			out = reflect.Append(out, item)
		}
		v.Set(out)
		return nil
	}
	out := reflect.MakeMap(v.Type())
	for _, e := range list {
		if len(e.list) != 2 {
			return errors.New("a map's element is no pair")
		}
		key, val := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		if err := errors.Join(parse(key, e.list[0].text), parse(val, e.list[1].text)); err != nil {
			return err
		}
		out.SetMapIndex(key, val)
	}
	v.Set(out)
	return nil
}

// sexpr reads nested lists of quoted texts.
type sexpr struct {
	s     string
	depth int
}

type element struct {
	text string
	list []element
}

const maxDepth = 8

var errList = errors.New("a list is malformed")

func (p *sexpr) list() ([]element, error) {
	p.s = strings.TrimLeft(p.s, " ")
	if p.s == "" {
		return nil, nil
	}
	if p.depth++; p.s[0] != '(' || p.depth > maxDepth {
		return nil, errList
	}
	defer func() { p.depth-- }()
	p.s = p.s[1:]
	var list []element
	for {
		p.s = strings.TrimLeft(p.s, " ")
		switch {
		case p.s == "":
			return nil, errList
		case p.s[0] == ')':
			p.s = p.s[1:]
			return list, nil
		case p.s[0] == '(':
			l, err := p.list()
			if err != nil {
				return nil, err
			}
			list = append(list, element{list: l})
		default:
			t, err := p.word()
			if err != nil {
				return nil, err
			}
			list = append(list, element{text: t})
		}
	}
}

// word reads 'text', with \ before what would end it.
func (p *sexpr) word() (string, error) {
	if p.s[0] != '\'' {
		return "", errList
	}
	var b strings.Builder
	for i := 1; i < len(p.s); i++ {
		switch c := p.s[i]; {
		case c == '\\' && i+1 < len(p.s):
			i++
			b.WriteByte(p.s[i])
		case c == '\'':
			p.s = p.s[i+1:]
			return b.String(), nil
		default:
			b.WriteByte(c)
		}
	}
	return "", errList
}
