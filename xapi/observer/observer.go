// Package observer handles the class Observer: what of the toolstack is traced,
// and for whom. The traces themselves are not made.
package observer

import (
	"net/url"
	"slices"
	"strings"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/rpc"
)

type observerRef = model.Ref[model.Observer]

// Service handles the class Observer.
type Service struct{ DB *store.DB }

// components are the parts of the toolstack that can be traced.
var components = []string{"xapi", "xenopsd", "xapi-clusterd", "smapi"}

// bundle is the endpoint that keeps traces for status reports.
const bundle = "bugtool"

// check finds what is wrong with an observer: INVALID_VALUE.
func check(r store.Reader, o *model.Observer) error {
	for _, h := range o.Hosts {
		if _, err := store.Get(r, h); err != nil {
			return err
		}
	}
	for _, c := range o.Components {
		if !slices.Contains(components, c) {
			return model.ErrInvalidValue("component", c)
		}
	}
	for _, e := range o.Endpoints {
		if u, err := url.Parse(e); e != bundle && (err != nil || u.Host == "" || !strings.HasPrefix(u.Scheme, "http")) {
			return model.ErrInvalidValue("endpoint", e)
		}
	}
	for k, v := range o.Attributes {
		if k == "" || v == "" || strings.HasPrefix(k, "xs.") {
			return model.ErrInvalidValue("attribute", k)
		}
	}
	return nil
}

// Create makes an observer, of all hosts and components unless it names some:
// INVALID_VALUE.
func (s *Service) Create(c *rpc.Call, args *model.Observer) (observerRef, error) {
	var ref observerRef
	err := s.DB.Update(c.Ctx, func(tx *store.Tx) error {
		if err := check(tx, args); err != nil {
			return err
		}
		ref = store.Insert(tx, args)
		return nil
	})
	return ref, err
}

// Destroy ends an observer.
func (s *Service) Destroy(c *rpc.Call, self observerRef) error {
	return s.DB.Update(c.Ctx, func(tx *store.Tx) error { return store.Delete(tx, self) })
}

func (s *Service) edit(c *rpc.Call, self observerRef, change func(*model.Observer)) error {
	return s.DB.Update(c.Ctx, func(tx *store.Tx) error {
		o, err := store.Edit(tx, self)
		if err != nil {
			return err
		}
		change(o)
		return check(tx, o)
	})
}

// SetHosts says which hosts are observed; none are all.
func (s *Service) SetHosts(c *rpc.Call, self observerRef, value []model.Ref[model.Host]) error {
	return s.edit(c, self, func(o *model.Observer) { o.Hosts = value })
}

// SetEnabled begins and ends observing.
func (s *Service) SetEnabled(c *rpc.Call, self observerRef, value bool) error {
	return s.edit(c, self, func(o *model.Observer) { o.Enabled = value })
}

// SetAttributes says what traces bear besides.
func (s *Service) SetAttributes(c *rpc.Call, self observerRef, value map[string]string) error {
	return s.edit(c, self, func(o *model.Observer) { o.Attributes = value })
}

// SetEndpoints says where traces go.
func (s *Service) SetEndpoints(c *rpc.Call, self observerRef, value []string) error {
	return s.edit(c, self, func(o *model.Observer) { o.Endpoints = value })
}

// SetComponents says what is traced; none are all.
func (s *Service) SetComponents(c *rpc.Call, self observerRef, value []string) error {
	return s.edit(c, self, func(o *model.Observer) { o.Components = value })
}
