// Package ha keeps a pool's protected VMs running when hosts fail.
//
// Which member is the master is not decided here: with HA on all members vote,
// and the database's log elects (package store). What is here is the switch
// (enable.go), the arithmetic of who could run what (plan.go), the master's
// watch over the other hosts (watch.go), and each member's watch over itself
// (guard.go).
package ha

import (
	"cmp"
	"slices"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
)

type (
	hostRef = model.Ref[model.Host]
	vmRef   = model.Ref[model.VM]
)

// Protected tells whether HA restarts a VM.
func Protected(v *model.VM) bool {
	return v.HARestartPriority == "restart" && (v.HAAlwaysRun || !v.ScheduledToBeResidentOn.IsNull())
}

// Agile fails if a VM is tied to a host by a device, a disk or a network.
func Agile(r store.Reader, ref vmRef, v *model.VM) error {
	switch {
	case len(v.VGPUs) > 0:
		return model.ErrVMHasVGPU(ref)
	case len(v.VUSBs) > 0:
		return model.ErrVMHasVusbs(ref)
	}
	enabled := map[hostRef]bool{}
	for h, o := range store.All[model.Host](r) {
		if o.Enabled {
			enabled[h] = true
		}
	}
	for _, b := range v.VBDs {
		vbd, ok := store.Find(r, b)
		if !ok || vbd.Empty {
			continue
		}
		vdi, ok := store.Find(r, vbd.VDI)
		if !ok {
			continue
		}
		if sr, ok := store.Find(r, vdi.SR); ok && !everywhere(r, sr, enabled) {
			return model.ErrHAConstraintViolationSRNotShared(vdi.SR)
		}
	}
	for _, i := range v.VIFs {
		vif, ok := store.Find(r, i)
		if !ok {
			continue
		}
		n, ok := store.Find(r, vif.Network)
		if !ok || n.OtherConfig["assume_network_is_shared"] == "true" {
			continue
		}
		wired := 0
		for _, p := range n.PIFs {
			if pif, ok := store.Find(r, p); ok && enabled[pif.Host] && pif.BondSlaveOf.IsNull() {
				wired++
			}
		}
		if wired < len(enabled) {
			return model.ErrHAConstraintViolationNetworkNotShared(vif.Network)
		}
	}
	return nil
}

// everywhere tells whether an SR is shared and plugged on all those hosts.
func everywhere(r store.Reader, sr *model.SR, hosts map[hostRef]bool) bool {
	if !sr.Shared {
		return false
	}
	plugged := 0
	for _, b := range sr.PBDs {
		if pbd, ok := store.Find(r, b); ok && pbd.CurrentlyAttached && hosts[pbd.Host] {
			plugged++
		}
	}
	return plugged >= len(hosts)
}

// box is a VM as the plan sees it; from is the host that it runs on, null if
// it is down and should not be.
type box struct {
	vm    vmRef
	from  hostRef
	size  int64
	agile bool
	order int64
}

// bin is a host as the plan sees it: the memory that protected VMs may have
// beside what runs there.
type bin struct {
	host hostRef
	free int64
}

// situation is what a plan is made for.
type situation struct {
	bins  []bin
	boxes []box
}

// size is what a VM may come to need, in bytes.
func size(v *model.VM) int64 { return v.MemoryStaticMax + v.MemoryOverhead }

// survey describes the pool: its hosts that are enabled and live, and its
// protected VMs. protected tells which these are.
func survey(r store.Reader, protected func(vmRef, *model.VM) bool) situation {
	var s situation
	up := map[hostRef]int{}
	for ref, h := range store.All[model.Host](r) {
		m, ok := store.Find(r, h.Metrics)
		if !ok || !m.Live || !h.Enabled {
			continue
		}
		up[ref] = len(s.bins)
		s.bins = append(s.bins, bin{ref, m.MemoryTotal - h.MemoryOverhead})
	}
	for ref, v := range store.All[model.VM](r) {
		if v.IsATemplate {
			continue
		}
		at := v.ResidentOn
		if at.IsNull() {
			at = v.ScheduledToBeResidentOn
		}
		i, runs := up[at]
		if runs {
			s.bins[i].free -= size(v)
		}
		if v.IsControlDomain || !protected(ref, v) {
			continue
		}
		if !runs {
			at = model.NullRef
		}
		s.boxes = append(s.boxes, box{ref, at, size(v), Agile(r, ref, v) == nil, v.Order})
	}
	slices.SortStableFunc(s.boxes, func(a, b box) int { return cmp.Compare(b.size, a.size) })
	return s
}

// pack places boxes, largest first, each on the roomiest host. It gives the
// hosts of those that it could place.
func pack(bins []bin, boxes []box) (map[vmRef]hostRef, bool) {
	bins = slices.Clone(bins)
	placed, all := map[vmRef]hostRef{}, true
	for _, b := range boxes {
		best := -1
		for i := range bins {
			if bins[i].free >= b.size && (best < 0 || bins[i].free > bins[best].free) {
				best = i
			}
		}
		if best < 0 {
			all = false
			continue
		}
		bins[best].free -= b.size
		placed[b.vm] = bins[best].host
	}
	return placed, all
}

// maxTries is how many sets of failed hosts are tried one by one.
const maxTries = 3500

// survives tells whether every protected VM could run again after any n hosts
// have failed.
func (s situation) survives(n int) bool {
	for _, b := range s.boxes {
		if !b.agile && n > 0 {
			return false
		}
	}
	if n > len(s.bins) {
		n = len(s.bins)
	}
	// Those that are down already come first.
	var down []box
	for _, b := range s.boxes {
		if b.from.IsNull() {
			down = append(down, b)
		}
	}
	placed, ok := pack(s.bins, down)
	if !ok {
		return false
	}
	if n == 0 || len(s.boxes) == 0 {
		return true
	}
	now := situation{bins: slices.Clone(s.bins), boxes: slices.Clone(s.boxes)}
	for i, b := range now.boxes {
		if h, ok := placed[b.vm]; ok {
			now.boxes[i].from = h
			for j := range now.bins {
				if now.bins[j].host == h {
					now.bins[j].free -= b.size
				}
			}
		}
	}
	if n >= len(now.bins) {
		return false
	}
	if choose(len(now.bins), n) <= maxTries {
		return now.tryAll(n)
	}
	return now.tryWorst(n)
}

func choose(n, k int) int {
	c := 1
	for i := range k {
		if c = c * (n - i) / (i + 1); c > maxTries {
			return maxTries + 1
		}
	}
	return c
}

// tryAll tries every set of n failed hosts.
func (s situation) tryAll(n int) bool {
	failed := map[hostRef]bool{}
	var try func(from, left int) bool
	try = func(from, left int) bool {
		if left == 0 {
			_, ok := s.without(failed)
			return ok
		}
		for i := from; i <= len(s.bins)-left; i++ {
			failed[s.bins[i].host] = true
			ok := try(i+1, left-1)
			delete(failed, s.bins[i].host)
			if !ok {
				return false
			}
		}
		return true
	}
	return try(0, n)
}

// tryWorst is for pools that are too large for that: it lets the hosts with
// the most protected memory fail, and the roomiest ones with them.
func (s situation) tryWorst(n int) bool {
	load := map[hostRef]int64{}
	for _, b := range s.boxes {
		load[b.from] += b.size
	}
	bins := slices.Clone(s.bins)
	slices.SortFunc(bins, func(a, b bin) int { return cmp.Compare(load[b.host]+b.free, load[a.host]+a.free) })
	failed := map[hostRef]bool{}
	for _, b := range bins[:n] {
		failed[b.host] = true
	}
	_, ok := s.without(failed)
	return ok
}

// without places the VMs of failed hosts on the others.
func (s situation) without(failed map[hostRef]bool) (map[vmRef]hostRef, bool) {
	var bins []bin
	for _, b := range s.bins {
		if !failed[b.host] {
			bins = append(bins, b)
		}
	}
	var boxes []box
	for _, b := range s.boxes {
		if failed[b.from] || b.from.IsNull() {
			boxes = append(boxes, b)
		}
	}
	return pack(bins, boxes)
}

// most is for how many failed hosts there is a plan.
func (s situation) most() int64 {
	low, high := 0, len(s.bins)
	for low < high {
		mid := (low + high + 1) / 2
		if s.survives(mid) {
			low = mid
		} else {
			high = mid - 1
		}
	}
	return int64(low)
}

func protected(_ vmRef, v *model.VM) bool { return Protected(v) }

// Exists tells whether all protected VMs could run again after any n hosts
// have failed.
func Exists(r store.Reader, n int64) bool { return survey(r, protected).survives(int(n)) }

// Guard makes a change that must not break the pool's plan:
// HA_OPERATION_WOULD_BREAK_FAILOVER_PLAN if it would. The caller then abandons
// the transaction.
func Guard(tx *store.Tx, change func() error) error {
	p := pool(tx)
	if p == nil || !p.HAEnabled || p.HAAllowOvercommit || p.HAPlanExistsFor == 0 {
		return change()
	}
	had := Exists(tx, p.HAPlanExistsFor)
	if err := change(); err != nil {
		return err
	}
	if had && !Exists(tx, p.HAPlanExistsFor) {
		return model.ErrHAOperationWouldBreakFailoverPlan()
	}
	return nil
}

// pool is the one pool of a database.
func pool(r store.Reader) *model.Pool {
	for _, p := range store.All[model.Pool](r) {
		return p
	}
	return nil
}
