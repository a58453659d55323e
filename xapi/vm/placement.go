package vm

import (
	"errors"
	"slices"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/ha"
	"github.com/xapid/xapid/xapi/ops"
	"github.com/xapid/xapid/xapi/rpc"
)

// reserve finds the host for a VM that is about to run, or checks the one that
// is asked for, and notes it in scheduled_to_be_resident_on, so that the
// memory is spoken for. prepare runs before, in the same transaction.
func (s *Service) reserve(c *rpc.Call, vm ref, on hostRef, checks check, prepare func(*store.Tx, *model.VM) error) (hostRef, error) {
	var chosen hostRef
	err := s.DB.Update(c.Ctx, func(tx *store.Tx) error {
		v, err := store.Edit(tx, vm)
		if err != nil {
			return err
		}
		if err := prepare(tx, v); err != nil {
			return err
		}
		if on.IsNull() {
			chosen, err = s.choose(tx, vm, v, checks)
		} else {
			chosen, err = on, canBootHere(tx, vm, v, on, checks)
		}
		if err != nil {
			return err
		}
		return ha.Guard(tx, func() error {
			v, err := store.Edit(tx, vm)
			if err == nil {
				v.ScheduledToBeResidentOn = chosen
			}
			return err
		})
	})
	return chosen, err
}

// onReserved makes a VM's domain on the host that was reserved for it, as an
// operation of that host, and goes on. What fails before the domain is there,
// the operation itself not excepted, gives the memory back.
func (s *Service) onReserved(c *rpc.Call, vm ref, on hostRef, op model.HostAllowedOperations, domain, then func() error) error {
	there := false
	err := s.Gate.Do(c, ops.Standard, []ops.Claim{ops.Host(on, op)}, func() error {
		if err := domain(); err != nil {
			return err
		}
		there = true
		return then()
	})
	if err != nil && !there {
		err = errors.Join(err, s.unreserve(c, vm))
	}
	return err
}

// unreserve gives the memory back after a failure.
func (s *Service) unreserve(c *rpc.Call, vm ref) error {
	return s.DB.Update(finish(c), func(tx *store.Tx) error {
		v, err := store.Edit(tx, vm)
		if err != nil {
			return err
		}
		v.ScheduledToBeResidentOn = model.NullRef
		if !live(v) && v.PowerState != model.VMPowerStateSuspended {
			return halt(tx, v)
		}
		return nil
	})
}

// load is what speaks for and against a host, in bytes.
type load struct {
	host hostRef
	// available is the memory without the overheads of the hypervisor and of
	// all VMs, the new one included; the sums are over the same VMs.
	available, staticMax, dynamicMax, dynamicMin int64
	master                                       bool
}

// choose picks the host for a VM: NO_HOSTS_AVAILABLE if none will do, for
// whatever reason, as xapi. Where no host passes the check of its memory, one
// will do whose VMs need no more than there is.
func (s *Service) choose(r store.Reader, vm ref, v *model.VM, wanted check) (hostRef, error) {
	waiting := scheduled(r)
	for _, checks := range []check{wanted, wanted &^ memory} {
		for _, group := range groups(r, v, waiting) {
			if h, ok := s.pick(r, vm, v, group, checks, waiting); ok {
				return h, nil
			}
		}
	}
	return "", model.ErrNoHostsAvailable()
}

// scheduled lists the VMs that are on their way to each host.
func scheduled(r store.Reader) map[hostRef][]*model.VM {
	m := map[hostRef][]*model.VM{}
	for _, v := range store.All[model.VM](r) {
		if !v.ScheduledToBeResidentOn.IsNull() {
			m[v.ScheduledToBeResidentOn] = append(m[v.ScheduledToBeResidentOn], v)
		}
	}
	return m
}

// groups lists hosts in groups of which an earlier one is better: for a member
// of an anti-affinity group those that run the fewest other members, for all
// others one group of all hosts.
func groups(r store.Reader, v *model.VM, waiting map[hostRef][]*model.VM) [][]hostRef {
	var all []hostRef
	for h := range store.All[model.Host](r) {
		all = append(all, h)
	}
	if len(v.Groups) == 0 {
		return [][]hostRef{all}
	}
	g, ok := store.Find(r, v.Groups[0])
	if !ok || g.Placement != model.PlacementPolicyAntiAffinity {
		return [][]hostRef{all}
	}
	members := map[hostRef]int{}
	for _, m := range g.VMs {
		if other, ok := store.Find(r, m); ok && other.UUID != v.UUID {
			members[other.ResidentOn]++
		}
	}
	for h, list := range waiting {
		for _, other := range list {
			if slices.Contains(other.Groups, v.Groups[0]) {
				members[h]++
			}
		}
	}
	var list [][]hostRef
	if slices.Contains(all, v.Affinity) {
		list = append(list, []hostRef{v.Affinity})
	}
	slices.SortStableFunc(all, func(a, b hostRef) int { return members[a] - members[b] })
	for i, h := range all {
		if i > 0 && members[h] == members[all[i-1]] {
			list[len(list)-1] = append(list[len(list)-1], h)
		} else {
			list = append(list, []hostRef{h})
		}
	}
	return list
}

// pick chooses within a group: the host of the VM's affinity if it can hold
// it; else hosts with room for all that their VMs may ever take; else for what
// they would like; else for what they need. Among several it is chance that
// decides, in favour of the roomier ones.
func (s *Service) pick(r store.Reader, vm ref, v *model.VM, group []hostRef, checks check, waiting map[hostRef][]*model.VM) (hostRef, bool) {
	var loads []load
	bias := true
	var master hostRef
	for _, p := range store.All[model.Pool](r) {
		bias, master = p.CoordinatorBias, p.Master
	}
	for _, h := range group {
		if l, ok := loadOf(r, h, v, waiting); ok {
			l.master = h == master
			loads = append(loads, l)
		}
	}
	usable := func(h hostRef) bool { return acceptable(r, vm, v, h, checks) }
	for _, l := range loads {
		if l.host == v.Affinity && possible(l) >= 0 && usable(l.host) {
			return l.host, true
		}
	}
	halve := func(l load, value int64) int64 {
		if l.master && bias {
			return (value - 1) / 2
		}
		return value
	}
	for _, value := range []func(load) int64{
		func(l load) int64 { return halve(l, l.available-l.staticMax) },
		func(l load) int64 { return halve(l, l.available-l.dynamicMax) },
		possible,
	} {
		if h, ok := s.draw(loads, value, usable); ok {
			return h, true
		}
	}
	return "", false
}

// draw picks one of the hosts whose value is not negative.
func (s *Service) draw(loads []load, value func(load) int64, usable func(hostRef) bool) (hostRef, bool) {
	rest := slices.DeleteFunc(slices.Clone(loads), func(l load) bool { return value(l) < 0 })
	slices.SortStableFunc(rest, func(a, b load) int {
		switch va, vb := value(a), value(b); {
		case va > vb:
			return -1
		case va < vb:
			return 1
		}
		return 0
	})
	for len(rest) > 0 {
		u := s.Random()
		i := min(int(float64(len(rest))*u*u), len(rest)-1)
		if usable(rest[i].host) {
			return rest[i].host, true
		}
		rest = slices.Delete(rest, i, i+1)
	}
	return "", false
}

// possible grades from 0 to 1000 how much of what the VMs would like there is;
// negative if it is less than they need.
func possible(l load) int64 {
	switch {
	case l.available >= l.dynamicMax:
		return 1000
	case l.available < l.dynamicMin:
		return -1
	}
	return 999 * (l.available - l.dynamicMin) / max(l.dynamicMax-l.dynamicMin, 1)
}

// loadOf sums up a host as if the VM ran there.
func loadOf(r store.Reader, h hostRef, v *model.VM, waiting map[hostRef][]*model.VM) (load, bool) {
	row, ok := store.Find(r, h)
	if !ok {
		return load{}, false
	}
	m, ok := store.Find(r, row.Metrics)
	if !ok {
		return load{}, false
	}
	l := load{host: h, available: m.MemoryTotal - row.MemoryOverhead}
	add := func(o *model.VM) {
		l.available -= bounded(o.MemoryOverhead)
		l.staticMax += bounded(o.MemoryStaticMax)
		l.dynamicMax += bounded(o.MemoryDynamicMax)
		l.dynamicMin += bounded(o.MemoryDynamicMin)
	}
	for _, res := range row.ResidentVMs {
		if o, ok := store.Find(r, res); ok {
			add(o)
		}
	}
	for _, o := range waiting[h] {
		if o.UUID != v.UUID {
			add(o)
		}
	}
	add(v)
	return l, true
}

func acceptable(r store.Reader, vm ref, v *model.VM, h hostRef, checks check) bool {
	row, ok := store.Find(r, h)
	if !ok {
		return false
	}
	for _, op := range row.CurrentOperations {
		if op == model.HostAllowedOperationsEvacuate {
			return false
		}
	}
	return canBootHere(r, vm, v, h, checks) == nil
}

// GetPossibleHosts lists the hosts that the VM could run on.
func (s *Service) GetPossibleHosts(c *rpc.Call, vm ref) ([]hostRef, error) {
	r := s.DB.View()
	v, err := store.Get(r, vm)
	if err != nil {
		return nil, err
	}
	if !v.ScheduledToBeResidentOn.IsNull() {
		return []hostRef{v.ScheduledToBeResidentOn}, nil
	}
	list := []hostRef{}
	for h := range store.All[model.Host](r) {
		if canBootHere(r, vm, v, h, everything&^processors) == nil {
			list = append(list, h)
		}
	}
	return list, nil
}

// AssertCanBootHere fails with the first reason why the VM cannot run on a
// host.
func (s *Service) AssertCanBootHere(c *rpc.Call, self ref, on hostRef) error {
	r := s.DB.View()
	v, err := store.Get(r, self)
	if err != nil {
		return err
	}
	if _, err := store.Get(r, on); err != nil {
		return err
	}
	return canBootHere(r, self, v, on, everything)
}

// AssertAgile fails if the VM is tied to a host by a device, a disk or a
// network.
func (s *Service) AssertAgile(c *rpc.Call, self ref) error {
	r := s.DB.View()
	v, err := store.Get(r, self)
	if err != nil {
		return err
	}
	return ha.Agile(r, self, v)
}

// MaximiseMemory is the largest memory_static_max, in whole MiB, with which
// the VM fits into total bytes. approximate allows for 64 processors.
func (s *Service) MaximiseMemory(c *rpc.Call, self ref, total int64, approximate bool) (int64, error) {
	v, err := store.Get(s.DB.View(), self)
	if err != nil {
		return 0, err
	}
	try := *v
	if approximate {
		try.VCPUsMax = 64
	}
	const mib = 1 << 20
	low, high := int64(0), total/mib
	for low < high {
		mid := (low + high + 1) / 2
		try.MemoryStaticMax, try.MemoryDynamicMin = mid*mib, mid*mib
		if needs(&try) <= total {
			low = mid
		} else {
			high = mid - 1
		}
	}
	if low == 0 {
		return 0, model.ErrInternalError("no memory fits into the total")
	}
	return low * mib, nil
}
