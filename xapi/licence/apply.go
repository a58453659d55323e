package licence

import (
	"context"
	"maps"
	"time"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/ops"
	"github.com/xapid/xapid/xapi/rpc"
)

// ApplyEdition gives a host an edition, free or from its licence server:
// HOST_OFFLINE [host], before clearwater HA_IS_ENABLED, INVALID_EDITION
// [edition], MISSING_CONNECTION_DETAILS, LICENSE_CHECKOUT_ERROR [code, message],
// before clearwater [reason]. A host that has the edition already and cannot
// renew it goes on for 30 days of grace. force is for licence daemons that ask
// before they take something away; ours does not ask.
func (s Hosts) ApplyEdition(c *rpc.Call, host hostRef, edition string, force bool) error {
	return s.apply(c.Ctx, host, edition)
}

func (s *Service) apply(ctx context.Context, host hostRef, edition string) error {
	defer s.alone(host)()
	r := s.DB.View()
	h, err := ops.Online(r, host)
	if err != nil {
		return err
	}
	if Old(s.Release) && haEnabled(r) {
		return model.ErrHAIsEnabled()
	}
	e := FindEdition(s.Release, edition)
	if e == nil {
		return model.ErrInvalidEdition(edition)
	}
	held := h.OtherConfig[heldKey]
	if !e.Server {
		if err := s.write(ctx, host, s.fresh(e), ""); err != nil {
			return err
		}
		s.giveBack(ctx, held, h.UUID)
		return nil
	}
	address, ok := serverOf(r, h)
	if !ok {
		return model.ErrMissingConnectionDetails()
	}
	out, err := s.ask(ctx, host, h, order{Server: address, Host: h.UUID, Edition: edition})
	if err == nil {
		err = ctx.Err() // who asked did not wait for the answer
	}
	if err == nil && out.Grant != nil {
		if err = s.granted(ctx, host, h, e, address, out); err == nil {
			return nil
		}
	}
	if err != nil {
		if out.Grant != nil && held != address { // else its next renewal takes back what it had
			s.giveBack(ctx, address, h.UUID)
		}
		return err
	}
	code, why := out.failure()
	if held != "" && h.Edition == edition && !Expired(h, s.Clock.Now()) {
		return s.grace(ctx, host, h, e, out)
	}
	s.tell(ctx, host, alert{code, why})
	if Old(s.Release) {
		return model.ErrLicenseCheckoutError(why)
	}
	return model.ErrLicenseCheckoutError(code, why)
}

func haEnabled(r store.Reader) bool {
	for _, p := range store.All[model.Pool](r) {
		return p.HAEnabled
	}
	return false
}

// fresh is the licence that a host has which nobody has licensed.
func (s *Service) fresh(e *Edition) terms {
	return terms{edition: e, level: e.Level, grace: noGrace, expires: Fresh(s.Release, s.Clock.Now().UTC())}
}

// granted writes what the server at address has given.
func (s *Service) granted(ctx context.Context, host hostRef, h *model.Host, e *Edition, address string, out outcome) error {
	t := terms{edition: e, level: e.Level, grace: noGrace, expires: out.Grant.Expires, serial: out.Grant.Serial}
	if t.expires.IsZero() {
		t.expires = Endless(s.Release)
	}
	held := h.OtherConfig[heldKey]
	var alerts []alert
	if held != "" && (inGrace(h) || Expired(h, s.Clock.Now())) {
		alerts = append(alerts, alert{"LICENSE_SERVER_CONNECTED", "The licence server at " + address + " is there again."})
	}
	if err := s.write(ctx, host, t, address, alerts...); err != nil {
		return err
	}
	s.remember(host, time.Duration(out.Grant.Renew)*time.Second)
	if held != address {
		s.giveBack(ctx, held, h.UUID)
	}
	return nil
}

// remember keeps how often a host is to ask its server, if that is more often
// than the watch looks by itself.
func (s *Service) remember(host hostRef, every time.Duration) {
	if every <= 0 || every > lookEvery {
		every = lookEvery
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.asks == nil {
		s.asks = map[hostRef]time.Duration{}
	}
	was, known := s.asks[host]
	s.asks[host] = every
	if every < lookEvery && (!known || every < was) && s.hurried != nil {
		close(s.hurried)
		s.hurried = nil
	}
}

func inGrace(h *model.Host) bool {
	g := h.LicenseParams["grace"]
	return g != "" && g != noGrace
}

// grace lets a host whose licence cannot be renewed go on for 30 days, which
// begin with the first failure.
func (s *Service) grace(ctx context.Context, host hostRef, h *model.Host, e *Edition, out outcome) error {
	if inGrace(h) {
		return nil
	}
	code, why := out.failure()
	ends := s.Clock.Now().UTC().Add(graceDays * day).Truncate(time.Second)
	t := terms{edition: e, level: e.Level, grace: regularGrace, expires: ends, serial: h.LicenseParams["serialnumber"]}
	return s.write(ctx, host, t, h.OtherConfig[heldKey], alert{code, why},
		alert{"GRACE_LICENSE", "The licence of the host cannot be renewed: it is good until " + ends.Format(time.DateOnly) + " without."})
}

// SetLicenseParams replaces what is known of a host's licence, and the pool
// follows.
func (s Hosts) SetLicenseParams(c *rpc.Call, self hostRef, value map[string]string) error {
	return s.DB.Update(c.Ctx, func(tx *store.Tx) error {
		h, err := store.Edit(tx, self)
		if err != nil {
			return err
		}
		h.LicenseParams = value
		return Recompute(tx)
	})
}

// ApplyEdition gives every host of the pool an edition. If one cannot have it,
// those that have it by then go back to what they had, as far as that works,
// and the error is the one's.
func (s Pools) ApplyEdition(c *rpc.Call, self model.Ref[model.Pool], edition string) error {
	r := s.DB.View()
	if _, err := store.Get(r, self); err != nil {
		return err
	}
	type change struct {
		host hostRef
		was  *model.Host
	}
	var done []change
	for ref, h := range store.All[model.Host](r) {
		if err := s.apply(c.Ctx, ref, edition); err != nil {
			for _, d := range done {
				_ = s.restore(context.WithoutCancel(c.Ctx), d.host, d.was) // as xapi: the first error counts
			}
			return err
		}
		done = append(done, change{ref, h})
	}
	return nil
}

// restore gives a host what it had: of a server, which must have it still, or of
// nobody.
func (s *Service) restore(ctx context.Context, host hostRef, was *model.Host) error {
	if was.OtherConfig[heldKey] != "" {
		return s.apply(ctx, host, was.Edition)
	}
	defer s.alone(host)()
	held := ""
	err := s.DB.Update(ctx, func(tx *store.Tx) error {
		h, err := store.Edit(tx, host)
		if err != nil {
			return err
		}
		held = h.OtherConfig[heldKey]
		h.Edition, h.LicenseParams = was.Edition, maps.Clone(was.LicenseParams)
		setHeld(h, "")
		return Recompute(tx)
	})
	if err == nil {
		s.giveBack(ctx, held, was.UUID)
	}
	return err
}

// GetLicenseState is the pool's edition, the lowest of its hosts', and when the
// first of them expires: an ISO 8601 date, or "never".
func (s Pools) GetLicenseState(c *rpc.Call, self model.Ref[model.Pool]) (map[string]string, error) {
	r := s.DB.View()
	if _, err := store.Get(r, self); err != nil {
		return nil, err
	}
	var lowest *Edition
	var first time.Time
	for _, h := range store.All[model.Host](r) {
		e := FindEdition(s.Release, h.Edition)
		if e == nil {
			continue
		}
		if lowest == nil || e.Rank < lowest.Rank {
			lowest = e
		}
		if at, ends := Expires(h); ends && (first.IsZero() || at.Before(first)) {
			first = at
		}
	}
	state := map[string]string{"edition": "", "expiry": "never"}
	if lowest != nil {
		state["edition"] = lowest.Name
	}
	if !first.IsZero() {
		state["expiry"] = first.Format(stamp)
	}
	return state, nil
}
