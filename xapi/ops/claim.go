package ops

import (
	"maps"
	"slices"
	"strings"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
)

// Claim is an operation on an object.
type Claim struct {
	ref   string
	check func(r store.Reader) error
	// checkOld, if set, is the check of old releases.
	checkOld func(r store.Reader) error
	mark     func(tx *store.Tx, task string) error
	clear    func(tx *store.Tx, task string)
	// also gives the claims that this one consists of, nil if it is one.
	also func() []Claim
}

func claim[T any, O ~string](ref model.Ref[T], op O, check func(store.Reader, model.Ref[T], O) error, current func(*T) *map[string]O) Claim {
	return Claim{
		ref:   string(ref),
		check: func(r store.Reader) error { return check(r, ref, op) },
		mark: func(tx *store.Tx, task string) error {
			e, err := store.Edit(tx, ref)
			if err != nil {
				return err
			}
			m := current(e)
			if *m == nil {
				*m = map[string]O{}
			}
			(*m)[task] = op
			return nil
		},
		clear: func(tx *store.Tx, task string) {
			// The operation may have removed the object.
			if e, err := store.Edit(tx, ref); err == nil {
				delete(*current(e), task)
			}
		},
	}
}

// VM claims an operation on a VM.
func VM(ref model.Ref[model.VM], op model.VMOperations) Claim {
	return claim(ref, op, CheckVM, func(o *model.VM) *map[string]model.VMOperations { return &o.CurrentOperations })
}

// VBD claims an operation on a VBD.
func VBD(ref model.Ref[model.VBD], op model.VBDOperations) Claim {
	return claim(ref, op, CheckVBD, func(o *model.VBD) *map[string]model.VBDOperations { return &o.CurrentOperations })
}

// VIF claims an operation on a VIF.
func VIF(ref model.Ref[model.VIF], op model.VIFOperations) Claim {
	return claim(ref, op, CheckVIF, func(o *model.VIF) *map[string]model.VIFOperations { return &o.CurrentOperations })
}

// VDI claims an operation on a VDI.
func VDI(ref model.Ref[model.VDI], op model.VDIOperations) Claim {
	return claim(ref, op, CheckVDI, func(o *model.VDI) *map[string]model.VDIOperations { return &o.CurrentOperations })
}

// SR claims an operation on an SR.
func SR(ref model.Ref[model.SR], op model.StorageOperations) Claim {
	return claim(ref, op, CheckSR, func(o *model.SR) *map[string]model.StorageOperations { return &o.CurrentOperations })
}

// Host claims an operation on a host.
func Host(ref model.Ref[model.Host], op model.HostAllowedOperations) Claim {
	return claim(ref, op, CheckHost, func(o *model.Host) *map[string]model.HostAllowedOperations { return &o.CurrentOperations })
}

// Pool claims an operation on the pool.
func Pool(ref model.Ref[model.Pool], op model.PoolAllowedOperations) Claim {
	c := claim(ref, op, CheckPool, func(o *model.Pool) *map[string]model.PoolAllowedOperations { return &o.CurrentOperations })
	c.checkOld = func(r store.Reader) error { return checkPoolOld(r, ref, op) }
	return c
}

// Appliance claims an operation on a VM appliance.
func Appliance(ref model.Ref[model.VMAppliance], op model.VMApplianceOperation) Claim {
	return claim(ref, op, CheckAppliance, func(o *model.VMAppliance) *map[string]model.VMApplianceOperation { return &o.CurrentOperations })
}

// inProgress is OTHER_OPERATION_IN_PROGRESS [class, ref, op, task] for the
// operations that run on an object.
func inProgress[O ~string](class, ref string, current map[string]O) error {
	tasks := slices.Sorted(maps.Keys(current))
	names := make([]string, len(tasks))
	for i, t := range tasks {
		names[i] = string(current[t])
		if class == "VM" {
			names[i] = vmOpName(model.VMOperations(current[t]))
		}
	}
	return model.ErrOtherOperationInProgress(class, ref, list(names, ","), list(tasks, ","))
}

// list is one name as it is, several in braces.
func list(names []string, sep string) string {
	if len(names) == 1 {
		return names[0]
	}
	return "{" + strings.Join(names, sep) + "}"
}

// except gives the entries whose operation is none of those named.
func except[O ~string](current map[string]O, names ...O) map[string]O {
	if len(current) == 0 {
		return nil
	}
	m := maps.Clone(current)
	maps.DeleteFunc(m, func(_ string, op O) bool { return slices.Contains(names, op) })
	return m
}

// Lower spells a power state as errors do: the first letter small.
func Lower(s model.VMPowerState) string {
	if s == "" {
		return "halted"
	}
	return strings.ToLower(string(s[:1])) + string(s[1:])
}
