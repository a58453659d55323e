package wire

import (
	"reflect"
	"sync"
)

// plans keeps what was worked out for each Go type. The zero value is empty.
type plans[F any] struct {
	ready sync.Map // reflect.Type -> *F
	mu    sync.Mutex
	// made holds, under mu, the plans that are being made. One that is in here
	// may be pointed to before it is filled in, so that types may be recursive.
	made map[reflect.Type]*F
}

// find gives the plan of a type if it was made before.
func (p *plans[F]) find(t reflect.Type) (*F, bool) {
	f, ok := p.ready.Load(t)
	if !ok {
		return nil, false
	}
	return f.(*F), true
}

// build makes the plan of a type and of the types within it.
func (p *plans[F]) build(t reflect.Type, compile func(reflect.Type) F) *F {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.made = map[reflect.Type]*F{}
	f := p.part(t, compile)
	for t, f := range p.made {
		p.ready.Store(t, f)
	}
	p.made = nil
	return f
}

// part gives the plan of a type within the one that is being made.
func (p *plans[F]) part(t reflect.Type, compile func(reflect.Type) F) *F {
	if f, ok := p.find(t); ok {
		return f
	}
	f, ok := p.made[t]
	if !ok {
		f = new(F)
		p.made[t] = f
		*f = compile(t)
	}
	return f
}
