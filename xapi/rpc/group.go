package rpc

import (
	"context"
	"sync"
)

// group runs functions in the background and can end them all.
type group struct {
	mu     sync.Mutex
	wg     sync.WaitGroup
	closed bool
	done   chan struct{}
}

// ctx derives a context that ends when the group closes.
func (g *group) ctx(parent context.Context) context.Context {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.done == nil {
		g.done = make(chan struct{})
	}
	return &doneContext{parent, g.done}
}

// run starts f unless the group is closed.
func (g *group) run(f func()) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.closed {
		return false
	}
	g.wg.Go(f)
	return true
}

func (g *group) close() {
	g.mu.Lock()
	if g.done == nil {
		g.done = make(chan struct{})
	}
	if !g.closed {
		g.closed = true
		close(g.done)
	}
	g.mu.Unlock()
	g.wg.Wait()
}

// doneContext is a parent's values with an end of its own.
type doneContext struct {
	context.Context
	done chan struct{}
}

func (c *doneContext) Done() <-chan struct{} { return c.done }

func (c *doneContext) Err() error {
	select {
	case <-c.done:
		return context.Canceled
	default:
		return nil
	}
}
