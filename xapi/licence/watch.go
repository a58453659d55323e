package licence

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"go.uber.org/zap"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/ops"
)

const (
	// lookEvery is how often licences are renewed, and a server that was away
	// is asked again.
	lookEvery = time.Hour
	// soon is how long before its end a licence is talked about.
	soon = 30 * day
)

// Watch renews the licences of all hosts, takes the features of those that are
// over, and says once a day which will be. It is the master's, and ends with
// ctx. Licences last days of the calendar, however fast operations go.
func (s *Service) Watch(ctx context.Context) {
	s.look(ctx, true)
	for s.sleep(ctx) == nil {
		s.look(ctx, false)
	}
}

// sleep returns when it is time to look again, or ctx ends.
func (s *Service) sleep(ctx context.Context) error {
	hurried := make(chan struct{})
	s.mu.Lock()
	s.hurried = hurried
	s.mu.Unlock()
	t := s.Clock.NewTimer(s.wait())
	defer t.Stop()
	select {
	case <-t.C:
	case <-hurried:
	case <-ctx.Done():
	}
	return ctx.Err()
}

// wait is how long nothing happens: an hour, until a licence ends, or as long as
// a server lets its hosts be silent.
func (s *Service) wait() time.Duration {
	d, now := lookEvery, s.Clock.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	for ref, h := range store.All[model.Host](s.DB.View()) {
		if every := s.asks[ref]; every > 0 && h.OtherConfig[heldKey] != "" {
			d = min(d, every)
		}
		if at, ends := Expires(h); ends && at.After(now) {
			d = min(d, at.Sub(now))
		}
	}
	return d
}

// look goes through the hosts. starting tells that the master's toolstack has
// just come up.
func (s *Service) look(ctx context.Context, starting bool) {
	for ref := range store.All[model.Host](s.DB.View()) {
		if err := s.renew(ctx, ref, starting); err != nil && ctx.Err() == nil {
			s.Log.Warn("a licence is not renewed", zap.String("host", string(ref)), zap.Error(err))
		}
		if err := s.lapse(ctx, ref); err != nil && ctx.Err() == nil {
			s.Log.Warn("a licence does not end", zap.String("host", string(ref)), zap.Error(err))
		}
	}
	if err := s.remind(ctx); err != nil && ctx.Err() == nil {
		s.Log.Warn("nobody hears of licences that end", zap.Error(err))
	}
}

// renew goes on with what a host has from a licence server. If that fails the
// host goes on in grace; when that is over, and the toolstack comes up without
// a server, it has nothing.
func (s *Service) renew(ctx context.Context, host hostRef, starting bool) error {
	defer s.alone(host)()
	r := s.DB.View()
	h, ok := store.Find(r, host)
	if !ok || h.OtherConfig[heldKey] == "" {
		return nil
	}
	e := FindEdition(s.Release, h.Edition)
	if e == nil || !ops.Alive(r, h) {
		return nil // a host that is down lets its lease run out
	}
	address, ok := serverOf(r, h)
	if !ok {
		address = h.OtherConfig[heldKey]
	}
	out, err := s.ask(ctx, host, h, order{Server: address, Host: h.UUID, Edition: h.Edition})
	switch {
	case err != nil || ctx.Err() != nil:
		return err
	case out.Grant != nil:
		return s.granted(ctx, host, h, e, address, out)
	case !Expired(h, s.Clock.Now()):
		return s.grace(ctx, host, h, e, out)
	case starting && Old(s.Release):
		return s.write(ctx, host, terms{edition: e, level: Free, grace: noGrace, expires: epoch}, h.OtherConfig[heldKey])
	}
	return nil
}

// lapse takes the features of a host whose licence is over. Before clearwater
// it kept them, and could start no VM.
func (s *Service) lapse(ctx context.Context, host hostRef) error {
	defer s.alone(host)()
	h, ok := store.Find(s.DB.View(), host)
	if !ok || Old(s.Release) || !Expired(h, s.Clock.Now()) {
		return nil
	}
	params := maps.Clone(h.LicenseParams)
	maps.Copy(params, restrictions(s.Release, expired))
	if maps.Equal(params, h.LicenseParams) {
		return nil
	}
	return s.DB.Update(ctx, func(tx *store.Tx) error {
		e, err := store.Edit(tx, host)
		if err != nil {
			return err
		}
		e.LicenseParams = params
		return Recompute(tx)
	})
}

// remind tells of licences that have ended or soon will: today once for the
// pool, before clearwater for each host.
func (s *Service) remind(ctx context.Context) error {
	now := s.Clock.Now()
	var ended, ending []*model.Host
	for _, h := range store.All[model.Host](s.DB.View()) {
		switch at, ends := Expires(h); {
		case !ends || at.Sub(now) > soon:
		case now.Before(at):
			ending = append(ending, h)
		default:
			ended = append(ended, h)
		}
	}
	if len(ended)+len(ending) == 0 {
		return nil
	}
	return s.DB.Update(ctx, func(tx *store.Tx) error {
		if Old(s.Release) {
			for _, h := range ending {
				at, _ := Expires(h)
				s.remindOf(tx, "LICENSE_EXPIRES_SOON", model.ClsHost, h.UUID, fmt.Sprintf("Your license will expire in %d days", int(at.Sub(now)/day)))
			}
			for _, h := range ended {
				s.remindOf(tx, "LICENSE_EXPIRED", model.ClsHost, h.UUID, "Your license has expired")
			}
			return nil
		}
		for _, p := range store.All[model.Pool](tx) {
			if len(ending) > 0 {
				s.remindOf(tx, "LICENSE_EXPIRES_SOON", model.ClsPool, p.UUID, "The licenses of the following hosts are about to expire: "+names(ending))
			}
			if len(ended) > 0 {
				s.remindOf(tx, "LICENSE_EXPIRED", model.ClsPool, p.UUID, "The licenses of the following hosts have expired: "+names(ended))
			}
		}
		return nil
	})
}

func names(hosts []*model.Host) string {
	var list []string
	for _, h := range hosts {
		list = append(list, h.NameLabel)
	}
	slices.Sort(list)
	return strings.Join(list, ", ")
}

// remindOf leaves a message unless it was left within the last day.
func (s *Service) remindOf(tx *store.Tx, name string, cls model.Cls, uuid, body string) {
	for _, m := range store.All[model.Message](tx) {
		if m.Name == name && m.ObjUUID == uuid && s.Clock.Now().Sub(m.Timestamp) < day {
			return
		}
	}
	s.Messages.RaiseAt(tx, name, s.priority(name), cls, uuid, body)
}

// RequireCurrent fails with LICENSE_EXPIRED if the licence of a host is over:
// until clearwater that kept VMs from starting there.
func RequireCurrent(r store.Reader, host hostRef, now time.Time) error {
	if h, ok := store.Find(r, host); ok && beforeClearwater(r) && Expired(h, now) {
		return model.ErrLicenseExpired()
	}
	return nil
}
