package pool

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"go.uber.org/zap"

	"github.com/xapid/xapid/certs"
	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/licence"
	"github.com/xapid/xapid/xapi/rpc"
)

// secretOrder is a step of the rotation: see package certs.
type secretOrder struct {
	Step   string `json:"step"`
	Secret string `json:"secret,omitempty"`
}

const (
	acceptSecret = "accept"
	sendSecret   = "send"
	dropSecrets  = "drop"
)

func (s *Service) secret(o secretOrder) error {
	switch o.Step {
	case acceptSecret:
		return s.Certs.AcceptPoolSecret(o.Secret)
	case sendSecret:
		return s.Certs.SendPoolSecret(o.Secret)
	case dropSecrets:
		return s.Certs.DropOldPoolSecrets()
	}
	return fmt.Errorf("%q is no step of a rotation", o.Step)
}

// RotateSecret gives the pool a new secret, in steps that leave every member
// able to talk to every other at any time. CANNOT_CONTACT_HOST [host],
// HA_IS_ENABLED, INTERNAL_ERROR while something else goes on. If it fails
// midway is_psr_pending stays, and it is to be called again.
func (s *Service) RotateSecret(c *rpc.Call) error {
	s.mu.Lock()
	if s.rotating {
		s.mu.Unlock()
		return model.ErrInternalError("pool secret rotation already running")
	}
	s.rotating = true
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		s.rotating = false
		s.mu.Unlock()
	}()
	r := s.DB.View()
	_, p := The(r)
	members := s.members(r)
	if err := licence.Require(r, licence.PoolSecretRotation); err != nil {
		return err
	}
	for uuid, ref := range members {
		if err := s.Net.Call(c.Ctx, uuid, "alive", struct{}{}, nil); err != nil {
			return model.ErrCannotContactHost(ref)
		}
	}
	if p.HAEnabled {
		return model.ErrHAIsEnabled()
	}
	if len(p.CurrentOperations) > 0 {
		var list []string
		for _, op := range p.CurrentOperations {
			list = append(list, string(op))
		}
		slices.Sort(list)
		return model.ErrInternalError("pool operations in progress: [ " + strings.Join(list, "; ") + " ]")
	}
	ctx := context.WithoutCancel(c.Ctx)
	if err := s.setRotating(ctx, true); err != nil {
		return err
	}
	if err := s.rotate(ctx, members); err != nil {
		return err
	}
	return s.setRotating(ctx, false)
}

// rotate takes the steps: every member ends one before any begins the next.
func (s *Service) rotate(ctx context.Context, members map[string]model.Ref[model.Host]) error {
	secret := certs.NewPoolSecret()
	steps := []struct{ step, failure string }{
		{acceptSecret, "Operation to tell %s to begin accepting new pool secret failed."},
		{sendSecret, "Operation to tell %s to begin sending new pool secret failed."},
		{dropSecrets, "%s encountered an error whilst cleaning up after a pool secret rotation."},
	}
	for _, st := range steps {
		o := secretOrder{st.step, secret}
		last := st.step == dropSecrets // the master drops the old one last
		if !last {
			if err := s.secret(o); err != nil {
				return err
			}
		}
		for uuid := range members {
			if err := s.Net.Call(ctx, uuid, "secret", o, nil); err != nil {
				s.Log.Warn("the rotation of the secret is stuck", zap.String("host", uuid), zap.String("step", st.step), zap.Error(err))
				return model.ErrInternalError(fmt.Sprintf(st.failure, uuid))
			}
		}
		if last {
			return s.secret(o)
		}
	}
	return nil
}

func (s *Service) setRotating(ctx context.Context, on bool) error {
	ref, _ := The(s.DB.View())
	return s.DB.Update(ctx, func(tx *store.Tx) error {
		p, err := store.Edit(tx, ref)
		if err != nil {
			return err
		}
		p.IsPSRPending = on
		return nil
	})
}
