package rig

import (
	"io"
	"net"
	"sync"
)

// proxy stands before a member and can be told whom not to let through.
type proxy struct {
	to string

	l       net.Listener
	mu      sync.Mutex
	blocked func(from string) bool
	conns   map[net.Conn]string // the caller's address
	closed  bool
}

func newProxy(address, port, to string) (*proxy, error) {
	l, err := net.Listen("tcp", net.JoinHostPort(address, port))
	if err != nil {
		return nil, err
	}
	p := &proxy{to: net.JoinHostPort(to, port), l: l, blocked: func(string) bool { return false }, conns: map[net.Conn]string{}}
	go p.accept()
	return p, nil
}

func (p *proxy) accept() {
	for {
		c, err := p.l.Accept()
		if err != nil {
			return
		}
		go p.serve(c)
	}
}

// enter takes a connection up, unless its link is cut.
func (p *proxy) enter(c net.Conn, from string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed || p.blocked(from) {
		return false
	}
	p.conns[c] = from
	return true
}

func (p *proxy) leave(c net.Conn) {
	p.mu.Lock()
	delete(p.conns, c)
	p.mu.Unlock()
	_ = c.Close()
}

func (p *proxy) serve(c net.Conn) {
	from, _, _ := net.SplitHostPort(c.RemoteAddr().String())
	if !p.enter(c, from) {
		_ = c.Close()
		return
	}
	defer p.leave(c)
	s, err := net.Dial("tcp", p.to)
	if err != nil {
		return
	}
	defer s.Close()
	done := make(chan struct{}, 2)
	for _, pair := range [][2]net.Conn{{c, s}, {s, c}} {
		go func() {
			_, _ = io.Copy(pair[0], pair[1])
			done <- struct{}{}
		}()
	}
	<-done
}

// block replaces the rule, and cuts what it forbids.
func (p *proxy) block(rule func(from string) bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.blocked = rule
	for c, from := range p.conns {
		if rule(from) {
			_ = c.Close()
		}
	}
}

func (p *proxy) close() {
	p.mu.Lock()
	p.closed = true
	for c := range p.conns {
		_ = c.Close()
	}
	p.mu.Unlock()
	_ = p.l.Close()
}
