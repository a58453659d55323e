// Package query evaluates the expressions of get_all_where and
// get_all_records_where over rows.
//
//	expr  := value "=" value | expr "and" expr | expr "or" expr
//	       | "not" expr | "true" | "false" | "(" expr ")"
//	value := "literal" | field "name"
//
// "and" and "or" share one level, associate to the left and bind tighter than
// "not", so that not a and b is not (a and b), as xapi. Comparison is equality
// of the database's text forms.
package query

import (
	"fmt"
	"strings"

	"github.com/xapid/xapid/model"
)

// Expr is a parsed expression.
type Expr struct {
	text string
	root node
}

// Fields gives the text form of a row's field, by its column name; false if
// there is no such field.
type Fields func(name string) (string, bool)

// Match evaluates the expression. An unknown field fails with INTERNAL_ERROR.
func (e *Expr) Match(fields Fields) (bool, error) { return e.root.eval(fields) }

type node interface {
	eval(Fields) (bool, error)
}

type constant bool

func (c constant) eval(Fields) (bool, error) { return bool(c), nil }

type not struct{ x node }

func (n not) eval(f Fields) (bool, error) {
	v, err := n.x.eval(f)
	return !v, err
}

type binary struct {
	and  bool
	l, r node
}

func (b binary) eval(f Fields) (bool, error) {
	v, err := b.l.eval(f)
	if err != nil || v != b.and {
		return v, err
	}
	return b.r.eval(f)
}

type value struct {
	field bool
	text  string
}

func (v value) get(f Fields) (string, error) {
	if !v.field {
		return v.text, nil
	}
	s, ok := f(v.text)
	if !ok {
		return "", model.ErrInternalError("missing field", v.text, "")
	}
	return s, nil
}

type equals struct{ l, r value }

func (e equals) eval(f Fields) (bool, error) {
	l, err := e.l.get(f)
	if err != nil {
		return false, err
	}
	r, err := e.r.get(f)
	return l == r, err
}

// maxDepth bounds nesting, so that no expression exhausts the stack.
const maxDepth = 1000

type parser struct {
	tokens []token
	depth  int
}

// token is a word, a sign, or a string (quoted).
type token struct {
	text   string
	quoted bool
}

// Parse reads an expression. A mistake fails with INVALID_VALUE [expr, what].
func Parse(expr string) (*Expr, error) {
	tokens, err := scan(expr)
	if err == nil {
		p := &parser{tokens: tokens}
		var root node
		if root, err = p.expr(); err == nil {
			if len(p.tokens) == 0 {
				return &Expr{expr, root}, nil
			}
			err = fmt.Errorf("%q is left over", p.tokens[0].text)
		}
	}
	return nil, model.ErrInvalidValue(expr, err.Error())
}

func scan(s string) ([]token, error) {
	var tokens []token
	for i := 0; i < len(s); {
		switch ch := s[i]; {
		case ch == ' ' || ch == '\t' || ch == '\n' || ch == '\r':
			i++
		case ch == '(' || ch == ')' || ch == '=':
			tokens = append(tokens, token{text: s[i : i+1]})
			i++
		case ch == '"':
			end := strings.IndexByte(s[i+1:], '"')
			if end < 0 {
				return nil, fmt.Errorf("the string at %d has no end", i)
			}
			tokens = append(tokens, token{s[i+1 : i+1+end], true})
			i += end + 2
		default:
			end := strings.IndexAny(s[i:], " \t\r\n()=\"")
			if end < 0 {
				end = len(s) - i
			}
			word := s[i : i+end]
			switch word {
			case "and", "or", "not", "true", "false", "field":
				tokens = append(tokens, token{text: word})
			default:
				return nil, fmt.Errorf("unknown word %q", word)
			}
			i += end
		}
	}
	return tokens, nil
}

func (p *parser) next() token {
	if len(p.tokens) == 0 {
		return token{}
	}
	return p.tokens[0]
}

func (p *parser) take(sign string) bool {
	if t := p.next(); !t.quoted && t.text == sign && sign != "" && len(p.tokens) > 0 {
		p.tokens = p.tokens[1:]
		return true
	}
	return false
}

func (p *parser) expr() (node, error) {
	if p.depth++; p.depth > maxDepth {
		return nil, fmt.Errorf("nested deeper than %d", maxDepth)
	}
	defer func() { p.depth-- }()
	if p.take("not") {
		x, err := p.expr()
		return not{x}, err
	}
	left, err := p.term()
	for err == nil {
		var right node
		switch {
		case p.take("and"):
			right, err = p.operand()
			left = binary{true, left, right}
		case p.take("or"):
			right, err = p.operand()
			left = binary{false, left, right}
		default:
			return left, nil
		}
	}
	return nil, err
}

// operand is what stands right of and/or: a term, or a not that takes all the
// rest.
func (p *parser) operand() (node, error) {
	if t := p.next(); !t.quoted && t.text == "not" {
		return p.expr()
	}
	return p.term()
}

func (p *parser) term() (node, error) {
	switch {
	case p.take("true"):
		return constant(true), nil
	case p.take("false"):
		return constant(false), nil
	case p.take("("):
		x, err := p.expr()
		if err == nil && !p.take(")") {
			err = fmt.Errorf("a ) is missing")
		}
		return x, err
	}
	l, err := p.value()
	if err != nil {
		return nil, err
	}
	if !p.take("=") {
		return nil, fmt.Errorf("a = is missing after %q", l.text)
	}
	r, err := p.value()
	return equals{l, r}, err
}

func (p *parser) value() (value, error) {
	field := p.take("field")
	t := p.next()
	if !t.quoted {
		return value{}, fmt.Errorf("a string is missing before %q", t.text)
	}
	p.tokens = p.tokens[1:]
	return value{field, t.text}, nil
}
