package pool

import (
	"context"
	"maps"

	"go.uber.org/zap"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/cpu"
	"github.com/xapid/xapid/xapi/local"
	"github.com/xapid/xapid/xapi/peer"
)

// maskKey is the key of pool.other_config that says which features a joining
// host must have as the master has them. It counts before 7.0.
const maskKey = "cpuid_feature_mask"

// sameProcessors compares the joining host with the master before 7.0, with
// the pool's vendor alone since.
func (j *joining) sameProcessors() error {
	mine := j.host.CPUInfo
	if !cpu.Masks(mine) {
		if v := j.theirs.CPUInfo[cpu.Vendor]; v != "" && mine[cpu.Vendor] != v {
			return model.ErrHostsNotHomogeneous("CPUs differ")
		}
		return nil
	}
	alike, err := cpu.Alike(mine, j.master.CPUInfo, j.theirs.OtherConfig[maskKey])
	switch {
	case err != nil:
		return model.ErrInvalidFeatureString("the pool's " + maskKey + ": " + err.Error())
	case !alike:
		return model.ErrHostsNotHomogeneous("CPUs differ")
	}
	return nil
}

// level makes the pool's cpu_info what its hosts have in common, and gives
// what it was before. The master's vendor is the pool's.
func level(tx *store.Tx) (before, after map[string]string) {
	ref, p := The(tx)
	if p == nil {
		return nil, nil
	}
	var hosts []cpu.Host
	for ref, h := range store.All[model.Host](tx) {
		one := cpu.Host{Info: h.CPUInfo, HVM: cpu.RunsHVM(h.Capabilities)}
		if ref == p.Master {
			hosts = append([]cpu.Host{one}, hosts...)
		} else {
			hosts = append(hosts, one)
		}
	}
	before, after = p.CPUInfo, cpu.Level(hosts)
	if !maps.Equal(before, after) {
		if e, err := store.Edit(tx, ref); err == nil {
			e.CPUInfo = after
		}
	}
	return before, after
}

// relevel is level after a host has started. As xapi: that machines see more,
// or less, from now on is logged and no message tells it.
func (s *Service) relevel(tx *store.Tx) {
	before, after := level(tx)
	for _, k := range cpu.Levelled {
		if before[k] != after[k] {
			s.Log.Info("what the pool's processors have in common changes", zap.String("key", k), zap.String("was", before[k]), zap.String("is", after[k]))
		}
	}
}

// bootMask is what hides features of a host that boots: its daemon says so; of
// a host without one the database knows.
func bootMask(h *model.Host, a Arrival) string {
	if h.OtherConfig[playerKey] != "" {
		return h.CPUInfo[cpu.AfterReboot]
	}
	return a.CPUMask
}

// SetCPUMask has a host keep a mask of features for its next boot, "" for
// none: CANNOT_CONTACT_HOST [host].
func (s *Service) SetCPUMask(ctx context.Context, host model.Ref[model.Host], mask string) error {
	h, err := store.Get(s.DB.View(), host)
	if err != nil {
		return err
	}
	switch {
	case h.UUID == s.Local.Get().InstallationUUID:
		return s.keepCPUMask(mask)
	case h.OtherConfig[playerKey] != "":
		return nil // the database has all that there is of it
	}
	return contact(host, s.Net.Call(ctx, h.UUID, "cpu-mask", mask, nil))
}

func (s *Service) keepCPUMask(mask string) error {
	return s.Local.Change(func(k *local.Kept) { k.CPUMask = mask })
}

func (s *Service) serveCPU() {
	peer.Handle(s.Net, "cpu-mask", func(_ context.Context, _ string, mask string) (struct{}, error) {
		return struct{}{}, s.keepCPUMask(mask)
	})
}
