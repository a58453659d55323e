package rpc

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/xapid/xapid/model"
)

// handler does the work of one message. args are of the Go types of the
// message's parameters. The result is nil for void.
type handler func(c *Call, args []reflect.Value) (any, error)

// entry is a row of the message table.
type entry struct {
	method *model.Method
	// taken are the parameters that callers give, by their numbers: those that
	// came later than the release are left out, and have their defaults.
	taken    []int
	types    []reflect.Type // of all parameters
	required int
	run      handler
	status   Status
	task     bool // calls show a task
	// beneath marks a message that came later than the release, and is for the
	// daemon's own use.
	beneath bool
}

// Status tells how a message is answered.
type Status uint8

// The ways: from the datamodel alone, by a handler, by MESSAGE_REMOVED because
// the API has dropped it, by NOT_IMPLEMENTED.
const (
	ToCome Status = iota
	Derived
	Handled
	Removed
)

func (s Status) String() string { return [...]string{"to come", "derived", "handled", "removed"}[s] }

var (
	callType  = reflect.TypeFor[*Call]()
	errorType = reflect.TypeFor[error]()
	anyType   = reflect.TypeFor[any]()
)

func plain(name string) string { return strings.ToLower(strings.ReplaceAll(name, "_", "")) }

// Register binds the methods of a service to the messages of a class. Those of
// messages that came later than the release are checked, and never run; those
// of messages that are removed run only under the releases that had them. It
// fails if one of them is no message of the class, has another signature, or
// is handled already.
func (d *Dispatcher) Register(class string, service any) error {
	c := model.ClassByName(class)
	if c == nil {
		return fmt.Errorf("rpc: no class %q", class)
	}
	byName := map[string]*model.Method{}
	for _, m := range c.Methods {
		byName[plain(m.Name)] = m
	}
	v := reflect.ValueOf(service)
	var errs []error
	for i := range v.NumMethod() {
		name := v.Type().Method(i).Name
		fn := v.Method(i)
		if fn.Type().NumIn() == 0 || fn.Type().In(0) != callType {
			continue
		}
		m := byName[plain(name)]
		if m == nil {
			errs = append(errs, fmt.Errorf("rpc: %s.%s is no message", class, name))
			continue
		}
		errs = append(errs, d.bind(m, fn))
	}
	return errors.Join(errs...)
}

func (d *Dispatcher) bind(m *model.Method, fn reflect.Value) error {
	e := d.entries[m.Full]
	if e == nil {
		e = &entry{} // it came later than the release
	}
	if e.status == Handled {
		return fmt.Errorf("rpc: %s has two handlers", m.Full)
	}
	if err := checkSignature(m, fn.Type()); err != nil {
		return fmt.Errorf("rpc: %s: %w", m.Full, err)
	}
	if e.status != Removed {
		e.status = Handled
	}
	void := fn.Type().NumOut() == 1
	e.run = func(c *Call, args []reflect.Value) (any, error) {
		in := make([]reflect.Value, 0, 8)
		in = append(in, reflect.ValueOf(c))
		out := fn.Call(append(in, args...))
		err, _ := out[len(out)-1].Interface().(error)
		if void || err != nil {
			return nil, err
		}
		return out[0].Interface(), nil
	}
	return nil
}

func checkSignature(m *model.Method, t reflect.Type) error {
	if t.NumIn() != len(m.Params)+1 {
		return fmt.Errorf("the handler takes %d parameters, the message has %d", t.NumIn()-1, len(m.Params))
	}
	for i, p := range m.Params {
		if want := p.Type.Go(); t.In(i+1) != want {
			return fmt.Errorf("parameter %s is of type %v, not %v", p.Name, want, t.In(i+1))
		}
	}
	outs := 2
	if m.Result.Kind == model.Void {
		outs = 1
	}
	if t.NumOut() != outs || t.Out(outs-1) != errorType {
		return fmt.Errorf("the handler must return %d values, the last an error", outs)
	}
	if outs == 1 {
		return nil
	}
	// Records and event batches may come encoded, as any.
	if want := m.Result.Go(); t.Out(0) != want && t.Out(0) != anyType && want != nil {
		return fmt.Errorf("the result is of type %v, not %v", want, t.Out(0))
	}
	return nil
}

// Coverage tells for each message how it is answered, ordered by name.
func (d *Dispatcher) Coverage() []Covered {
	list := make([]Covered, 0, len(d.entries))
	for _, e := range d.entries {
		list = append(list, Covered{e.method, e.status})
	}
	slices.SortFunc(list, func(a, b Covered) int { return strings.Compare(a.Method.Full, b.Method.Full) })
	return list
}

// Covered is one line of Coverage.
type Covered struct {
	Method *model.Method
	Status Status
}
