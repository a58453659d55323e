package vm

import (
	"context"
	"maps"
	"slices"

	"go.uber.org/zap"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/licence"
	"github.com/xapid/xapid/xapi/rpc"
)

// Groups handles the class VM_group: VMs that shall run together or apart.
type Groups struct {
	DB       *store.DB
	Messages Messages
	Log      *zap.Logger
}

type groupRef = model.Ref[model.VMGroup]

// Create makes an empty group.
func (s *Groups) Create(c *rpc.Call, args *model.VMGroup) (groupRef, error) {
	g := store.Default[model.VMGroup]()
	g.NameLabel, g.NameDescription, g.Placement = args.NameLabel, args.NameDescription, args.Placement
	var made groupRef
	err := s.DB.Update(c.Ctx, func(tx *store.Tx) error {
		if err := licence.Require(tx, licence.VMGroups); err != nil {
			return err
		}
		made = store.Insert(tx, g)
		return nil
	})
	return made, err
}

// Destroy deletes a group; its VMs are in none from then on.
func (s *Groups) Destroy(c *rpc.Call, self groupRef) error {
	return s.DB.Update(c.Ctx, func(tx *store.Tx) error {
		g, err := store.Get(tx, self)
		if err != nil {
			return err
		}
		for _, vm := range slices.Clone(g.VMs) {
			v, err := store.Edit(tx, vm)
			if err != nil {
				return err
			}
			v.Groups = slices.DeleteFunc(slices.Clone(v.Groups), func(r groupRef) bool { return r == self })
		}
		return store.Delete(tx, self)
	})
}

// huddled is the alert about VMs that should run apart and do not.
const huddled = "ALL_RUNNING_VMS_IN_ANTI_AFFINITY_GRP_ON_SINGLE_HOST"

// Watch raises an alert about each group whose VMs should run apart while all
// of them run on one host, and takes it back when that is over.
func (s *Groups) Watch(ctx context.Context) {
	var settled map[string]bool // an alert that somebody destroys is not raised again
	for {
		r := s.DB.View()
		if want := bodies(r); settled == nil || !maps.Equal(want, settled) {
			switch err := s.DB.Update(ctx, s.settle); {
			case err == nil:
				settled = want
			case ctx.Err() == nil:
				s.Log.Warn("the alerts about groups of VMs are not up to date", zap.Error(err))
			}
		}
		select {
		case <-r.Changed():
		case <-ctx.Done():
			return
		}
	}
}

// bodies are what the alerts should say that are to be there now.
func bodies(r store.Reader) map[string]bool {
	m := map[string]bool{}
	for _, g := range store.All[model.VMGroup](r) {
		if g.Placement != model.PlacementPolicyAntiAffinity {
			continue
		}
		running, hosts := 0, map[hostRef]bool{}
		for _, vm := range g.VMs {
			if v, ok := store.Find(r, vm); ok && v.PowerState == model.VMPowerStateRunning {
				running++
				hosts[v.ResidentOn] = true
			}
		}
		for on := range hosts {
			if h, ok := store.Find(r, on); ok && running > 1 && len(hosts) == 1 {
				m["<body><message>All VMs of the anti-affinity group that run do so on one host</message><VM_group>"+g.UUID+"</VM_group><host>"+h.UUID+"</host></body>"] = true
			}
		}
	}
	return m
}

// settle makes the alerts what they should be.
func (s *Groups) settle(tx *store.Tx) error {
	want := bodies(tx)
	for ref, m := range store.All[model.Message](tx) {
		if m.Name != huddled {
			continue
		}
		if !want[m.Body] {
			if err := store.Delete(tx, ref); err != nil {
				return err
			}
		}
		delete(want, m.Body)
	}
	for _, p := range store.All[model.Pool](tx) {
		for body := range want {
			s.Messages.Raise(tx, huddled, model.ClsPool, p.UUID, body)
		}
	}
	return nil
}
