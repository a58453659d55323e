// Package devices handles the classes of what hosts pass on to VMs: graphics
// processors, other PCI devices, USB devices. No emulated host has a graphics
// processor or a USB device, so groups stay empty, and what needs a device says
// that there is none.
package devices

import (
	"math"

	"github.com/google/uuid"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/ops"
	"github.com/xapid/xapid/xapi/rpc"
)

// GPUGroups handles the class GPU_group.
type GPUGroups struct{ DB *store.DB }

type groupRef = model.Ref[model.GPUGroup]

// Create makes an empty group.
func (s *GPUGroups) Create(c *rpc.Call, nameLabel, nameDescription string, otherConfig map[string]string) (groupRef, error) {
	g := store.Default[model.GPUGroup]()
	g.UUID, g.NameLabel, g.NameDescription, g.OtherConfig = uuid.NewString(), nameLabel, nameDescription, otherConfig
	return store.Make(c.Ctx, s.DB, func(tx *store.Tx) (groupRef, error) { return store.Insert(tx, g), nil })
}

// Destroy deletes a group that nothing belongs to: GPU_GROUP_CONTAINS_PGPU
// [pgpus], GPU_GROUP_CONTAINS_VGPU [vgpus].
func (s *GPUGroups) Destroy(c *rpc.Call, self groupRef) error {
	return s.DB.Update(c.Ctx, func(tx *store.Tx) error {
		g, err := store.Get(tx, self)
		switch {
		case err != nil:
			return err
		case len(g.PGPUs) > 0:
			return model.ErrGPUGroupContainsPGPU(list(g.PGPUs)...)
		case len(g.VGPUs) > 0:
			return model.ErrGPUGroupContainsVGPU(list(g.VGPUs)...)
		}
		return store.Delete(tx, self)
	})
}

// list makes references the parameters of an error.
func list[T any](refs []model.Ref[T]) []any {
	var all []any
	for _, r := range refs {
		all = append(all, r)
	}
	return all
}

// GetRemainingCapacity is how many VGPUs of a type the group has room for:
// GPU_GROUP_CONTAINS_NO_PGPUS [group] if it is empty.
func (s *GPUGroups) GetRemainingCapacity(c *rpc.Call, self groupRef, vgpuType model.Ref[model.VGPUType]) (int64, error) {
	r := s.DB.View()
	g, err := store.Get(r, self)
	if err != nil {
		return 0, err
	}
	if len(g.PGPUs) == 0 {
		return 0, model.ErrGPUGroupContainsNoPGPUs(self)
	}
	if _, err := store.Get(r, vgpuType); err != nil {
		return 0, err
	}
	sum := int64(0)
	for _, p := range g.PGPUs {
		n, err := room(r, p, vgpuType)
		if err != nil {
			continue // it has none of the type
		}
		sum += n
	}
	return sum, nil
}

// room is how many more VGPUs of a type a GPU takes: VGPU_TYPE_NOT_SUPPORTED,
// VGPU_TYPE_NOT_ENABLED [type, those that are].
func room(r store.Reader, self model.Ref[model.PGPU], kind model.Ref[model.VGPUType]) (int64, error) {
	p, err := store.Get(r, self)
	if err != nil {
		return 0, err
	}
	if err := offered(kind, p.SupportedVGPUTypes, model.ErrVGPUTypeNotSupported); err != nil {
		return 0, err
	}
	if err := offered(kind, p.EnabledVGPUTypes, model.ErrVGPUTypeNotEnabled); err != nil {
		return 0, err
	}
	most, ok := p.SupportedVGPUMaxCapacities[kind]
	if !ok {
		most = math.MaxInt64
	}
	return max(most-int64(len(p.ResidentVGPUs)), 0), nil
}

func offered(kind model.Ref[model.VGPUType], those []model.Ref[model.VGPUType], otherwise func(...any) *model.Error) error {
	for _, t := range those {
		if t == kind {
			return nil
		}
	}
	return otherwise(append([]any{kind}, list(those)...)...)
}

// VGPUs handles the class VGPU.
type VGPUs struct{ DB *store.DB }

// Create gives a halted VM a virtual GPU of a group:
// GPU_GROUP_CONTAINS_NO_PGPUS [group] if the group is empty.
func (s *VGPUs) Create(c *rpc.Call, vm model.Ref[model.VM], group groupRef, device string, otherConfig map[string]string, kind model.Ref[model.VGPUType]) (model.Ref[model.VGPU], error) {
	g := store.Default[model.VGPU]()
	g.UUID, g.VM, g.GPUGroup, g.Device, g.OtherConfig, g.Type = uuid.NewString(), vm, group, device, otherConfig, kind
	var made model.Ref[model.VGPU]
	err := s.DB.Update(c.Ctx, func(tx *store.Tx) error {
		v, err := store.Get(tx, vm)
		if err != nil {
			return err
		}
		if v.PowerState != model.VMPowerStateHalted {
			return model.ErrVMBadPowerState(vm, "halted", ops.Lower(v.PowerState))
		}
		of, err := store.Get(tx, group)
		if err != nil {
			return err
		}
		if len(of.PGPUs) == 0 {
			return model.ErrGPUGroupContainsNoPGPUs(group)
		}
		for _, r := range v.VGPUs {
			if other, ok := store.Find(tx, r); ok && other.Device == device {
				return model.ErrDeviceAlreadyExists(device)
			}
		}
		made = store.Insert(tx, g)
		return nil
	})
	return made, err
}

// Destroy takes the virtual GPU of a halted VM away.
func (s *VGPUs) Destroy(c *rpc.Call, self model.Ref[model.VGPU]) error {
	return s.DB.Update(c.Ctx, func(tx *store.Tx) error {
		g, err := store.Get(tx, self)
		if err != nil {
			return err
		}
		if v, ok := store.Find(tx, g.VM); ok && v.PowerState != model.VMPowerStateHalted {
			return model.ErrVMBadPowerState(g.VM, "halted", ops.Lower(v.PowerState))
		}
		return store.Delete(tx, self)
	})
}
