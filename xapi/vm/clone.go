package vm

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"

	"github.com/google/uuid"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/emu"
	"github.com/xapid/xapid/xapi/network"
	"github.com/xapid/xapid/xapi/ops"
	"github.com/xapid/xapid/xapi/rpc"
	"github.com/xapid/xapid/xapi/storage"
)

// diskCopier makes the disk of a copy from that of the original.
type diskCopier func(tx *store.Tx, vdi model.Ref[model.VDI]) (model.Ref[model.VDI], error)

// Clone makes a VM like this one, with clones of its disks in the same SRs.
func (s *Service) Clone(c *rpc.Call, vm ref, newName string) (ref, error) {
	return s.duplicate(c, vm, model.VMOperationsClone, newName, storage.CloneVDI, emu.CloneDisk)
}

// Copy makes a VM like this one, with full copies of its disks in sr, or each
// where it is if sr is null.
func (s *Service) Copy(c *rpc.Call, vm ref, newName string, sr model.Ref[model.SR]) (ref, error) {
	target, ok := store.Find(s.DB.View(), sr)
	if ok && target.ContentType == "iso" {
		return "", model.ErrOperationNotAllowed("disks cannot be copied to an SR for ISO images")
	}
	return s.duplicate(c, vm, model.VMOperationsCopy, newName, func(tx *store.Tx, vdi model.Ref[model.VDI]) (model.Ref[model.VDI], error) {
		to := sr
		if !ok {
			d, err := store.Get(tx, vdi)
			if err != nil {
				return "", err
			}
			to = d.SR
		}
		return storage.CopyVDI(tx, vdi, to)
	}, emu.ReadDisk)
}

// duplicate makes the copy: a disk after the other, each with its time, then
// the machine. Disks that were made are destroyed if a later step fails.
func (s *Service) duplicate(c *rpc.Call, vm ref, op model.VMOperations, name string, copier diskCopier, step emu.Step) (ref, error) {
	made := ref("OpaqueRef:" + uuid.NewString())
	claims := []ops.Claim{ops.VM(vm, op)}
	err := s.Gate.Do(c, ops.Standard, claims, func() error {
		v, err := store.Get(s.DB.View(), vm)
		if err != nil {
			return err
		}
		from := *v
		if v.IsASnapshot { // what comes of a checkpoint is halted
			from.PowerState = model.VMPowerStateHalted
		}
		disks, err := s.copyDisks(c, &from, copier, step)
		if err == nil {
			err = s.DB.Update(c.Ctx, func(tx *store.Tx) error {
				_, err := insertCopy(tx, vm, made, name, disks, false)
				return err
			})
		}
		if err != nil {
			s.dropDisks(c, disks)
		}
		return err
	})
	if err != nil {
		return "", err
	}
	return made, nil
}

type diskMap map[model.Ref[model.VDI]]model.Ref[model.VDI]

// copyDisks copies the disks of a VM, and its image if it is suspended; it
// gives those made so far even if it fails.
func (s *Service) copyDisks(c *rpc.Call, v *model.VM, copier diskCopier, step emu.Step) (diskMap, error) {
	r := s.DB.View()
	var list []model.Ref[model.VDI]
	var total, done float64
	size := func(d model.Ref[model.VDI]) float64 {
		if vdi, ok := store.Find(r, d); ok {
			return float64(vdi.VirtualSize)
		}
		return 0
	}
	for _, b := range v.VBDs {
		vbd, ok := store.Find(r, b)
		if ok && !vbd.Empty && vbd.Type != model.VBDTypeCD && !slices.Contains(list, vbd.VDI) {
			list = append(list, vbd.VDI)
			total += size(vbd.VDI)
		}
	}
	if v.PowerState == model.VMPowerStateSuspended && !v.SuspendVDI.IsNull() {
		list = append(list, v.SuspendVDI)
		total += size(v.SuspendVDI)
	}
	made := diskMap{}
	for _, d := range list {
		n := 1.0
		if step == emu.ReadDisk {
			n = size(d) / (1 << 30)
		}
		if err := s.World.TakeN(c.Ctx, step, n); err != nil {
			return made, err
		}
		err := s.DB.Update(c.Ctx, func(tx *store.Tx) error {
			copied, err := copier(tx, d)
			if err == nil {
				made[d] = copied
			}
			return err
		})
		if err != nil {
			return made, err
		}
		if done += size(d); total > 0 {
			c.Task.Progress(0.9 * done / total)
		}
	}
	return made, nil
}

func (s *Service) dropDisks(c *rpc.Call, disks diskMap) {
	_ = s.DB.Update(finish(c), func(tx *store.Tx) error { // the first error is what counts
		for _, d := range disks {
			_ = storage.DestroyVDI(tx, d)
		}
		return nil
	})
}

// insertCopy makes the record of the copy and its devices. A snapshot keeps the
// addresses of the interfaces, all others get new ones.
func insertCopy(tx *store.Tx, vm, made ref, name string, disks diskMap, snapshot bool) (*model.VM, error) {
	from, err := store.Get(tx, vm)
	if err != nil {
		return nil, err
	}
	v := store.Default[model.VM]()
	copyConfig(v, from)
	v.NameLabel = name
	v.UserVersion, v.IsATemplate, v.Affinity = from.UserVersion, from.IsATemplate, from.Affinity
	v.BIOSStrings, v.LastBootedRecord, v.LastBootCPUFlags = from.BIOSStrings, from.LastBootedRecord, from.LastBootCPUFlags
	v.PowerState, v.Domid = model.VMPowerStateHalted, -1
	v.OtherConfig = copiedOtherConfig(from)
	v.GenerationID = nextGeneration(from.GenerationID)
	if !snapshot {
		v.OtherConfig["mac_seed"] = uuid.NewString()
		v.NVRAM = maps.Clone(from.NVRAM)
		// Variables that name this one machine do not go along.
		delete(v.NVRAM, "EFI-variables-backup")
	}
	if image, ok := disks[from.SuspendVDI]; ok && from.PowerState == model.VMPowerStateSuspended && !from.IsASnapshot {
		v.PowerState, v.SuspendVDI = model.VMPowerStateSuspended, image
	}
	v.Metrics, v.GuestMetrics = copyMetrics(tx, from)
	store.InsertAs(tx, made, v)
	if err := copyVBDs(tx, from, made, disks, v.PowerState == model.VMPowerStateSuspended); err != nil {
		return nil, err
	}
	copyVTPMs(tx, from, made, snapshot)
	seed := v.OtherConfig["mac_seed"]
	if snapshot {
		seed = ""
	}
	return v, copyVIFs(tx, from, made, seed)
}

// copyMetrics gives the copy records of its own of what is known of the
// original.
func copyMetrics(tx *store.Tx, from *model.VM) (model.Ref[model.VMMetrics], model.Ref[model.VMGuestMetrics]) {
	metrics, guest := store.Default[model.VMMetrics](), model.Ref[model.VMGuestMetrics](model.NullRef)
	if m, ok := store.Find(tx, from.Metrics); ok {
		*metrics = *m
		metrics.UUID = ""
	}
	if g, ok := store.Find(tx, from.GuestMetrics); ok {
		dup := *g
		dup.UUID = ""
		guest = store.Insert(tx, &dup)
	}
	return store.Insert(tx, metrics), guest
}

func copiedOtherConfig(from *model.VM) map[string]string {
	m := maps.Clone(from.OtherConfig)
	if m == nil {
		m = map[string]string{}
	}
	delete(m, "default_template")
	delete(m, "xensource_internal")
	if _, ok := m["base_template_name"]; !ok && from.IsATemplate {
		m["base_template_name"] = from.NameLabel
	}
	return m
}

// nextGeneration is a fresh generation id; a VM without one stays without.
func nextGeneration(id string) string {
	if id == "" {
		return ""
	}
	return strconv.FormatInt(rand.Int64(), 10) + ":" + strconv.FormatInt(rand.Int64(), 10)
}

// copyVBDs gives the copy the original's drives. Its disks are marked as its
// own, so that clients know what may go with it.
func copyVBDs(tx *store.Tx, from *model.VM, made ref, disks diskMap, keepAttached bool) error {
	for _, r := range from.VBDs {
		b, err := store.Get(tx, r)
		if err != nil {
			return err
		}
		d, copied := disks[b.VDI]
		if !b.Empty && b.Type != model.VBDTypeCD && !copied {
			continue // it has come since the disks were copied, or was to be left out
		}
		n := store.Default[model.VBD]()
		n.VM, n.VDI, n.Empty = made, b.VDI, b.Empty
		n.Userdevice, n.Device, n.Bootable, n.Mode, n.Type, n.Unpluggable = b.Userdevice, b.Device, b.Bootable, b.Mode, b.Type, b.Unpluggable
		n.QosAlgorithmType, n.QosAlgorithmParams = b.QosAlgorithmType, b.QosAlgorithmParams
		n.OtherConfig = maps.Clone(b.OtherConfig)
		n.CurrentlyAttached = keepAttached && b.CurrentlyAttached
		if copied {
			n.VDI = d
		}
		if b.Type == model.VBDTypeDisk {
			setKey(&n.OtherConfig, "owner", "")
		}
		store.Insert(tx, n)
	}
	return nil
}

// copyVIFs gives the copy the original's interfaces, with addresses made from
// its own seed, or the original's if there is none.
func copyVIFs(tx *store.Tx, from *model.VM, made ref, seed string) error {
	for _, r := range from.VIFs {
		i, err := store.Get(tx, r)
		if err != nil {
			return err
		}
		n := *i
		n.UUID, n.VM, n.CurrentlyAttached, n.Reserved = "", made, false, false
		n.CurrentOperations, n.AllowedOperations = nil, nil
		n.Metrics = model.NullRef
		device, err := strconv.Atoi(i.Device)
		if err != nil {
			return model.ErrInternalError(fmt.Sprintf("VIF %s has device %q", r, i.Device))
		}
		if seed != "" {
			n.MAC, n.MACAutogenerated = network.GenerateMAC(seed, device), true
		}
		store.Insert(tx, &n)
	}
	return nil
}
