package vm

import (
	"slices"

	"github.com/google/uuid"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/licence"
	"github.com/xapid/xapid/xapi/ops"
	"github.com/xapid/xapid/xapi/rpc"
)

// VTPMs handles the class VTPM: the TPMs of VMs, whose content is a secret.
type VTPMs struct {
	DB   *store.DB
	Gate *ops.Gate
}

type vtpmRef = model.Ref[model.VTPM]

// Create gives a halted VM its TPM: FEATURE_RESTRICTED [restrict_vtpm] if the
// pool's edition has none, VTPM_MAX_AMOUNT_REACHED [1] if it has one. A unique
// one does not go along with copies of the VM.
func (s *VTPMs) Create(c *rpc.Call, vm ref, isUnique bool) (vtpmRef, error) {
	if !licence.Enabled(s.DB.View(), licence.VTPM) {
		return "", model.ErrFeatureRestricted("restrict_vtpm")
	}
	var made vtpmRef
	err := s.Gate.Do(c, ops.Standard, []ops.Claim{ops.VM(vm, model.VMOperationsCreateVTPM)}, func() error {
		return s.DB.Update(c.Ctx, func(tx *store.Tx) error {
			made = addVTPM(tx, vm, isUnique, "")
			return nil
		})
	})
	return made, err
}

func addVTPM(tx *store.Tx, vm ref, unique bool, contents string) vtpmRef {
	t := store.Default[model.VTPM]()
	t.VM, t.IsUnique, t.Contents = vm, unique, newSecret(tx, contents)
	return store.Insert(tx, t)
}

func newSecret(tx *store.Tx, value string) model.Ref[model.Secret] {
	v := store.Default[model.Secret]()
	v.UUID, v.Value = uuid.NewString(), value
	return store.Insert(tx, v)
}

// Destroy takes the TPM of a VM away that is halted or suspended, and what is
// in it.
func (s *VTPMs) Destroy(c *rpc.Call, self vtpmRef) error {
	return s.DB.Update(c.Ctx, func(tx *store.Tx) error {
		t, err := store.Get(tx, self)
		if err != nil {
			return err
		}
		v, ok := store.Find(tx, t.VM)
		if ok && v.PowerState != model.VMPowerStateHalted && v.PowerState != model.VMPowerStateSuspended {
			return model.ErrVMBadPowerState(t.VM, "halted;suspended", ops.Lower(v.PowerState))
		}
		remove(tx, t.Contents)
		return store.Delete(tx, self)
	})
}

// GetContents is what the TPM holds, in base64.
func (s *VTPMs) GetContents(c *rpc.Call, self vtpmRef) (string, error) {
	r := s.DB.View()
	t, err := store.Get(r, self)
	if err != nil {
		return "", err
	}
	v, err := store.Get(r, t.Contents)
	if err != nil {
		return "", err
	}
	return v.Value, nil
}

// SetContents replaces what the TPM holds; it takes a secret of a new name.
func (s *VTPMs) SetContents(c *rpc.Call, self vtpmRef, contents string) error {
	return s.DB.Update(c.Ctx, func(tx *store.Tx) error {
		t, err := store.Edit(tx, self)
		if err != nil {
			return err
		}
		remove(tx, t.Contents)
		t.Contents = newSecret(tx, contents)
		return nil
	})
}

// copyVTPMs gives a copy the original's TPM, empty if that is unique. A
// snapshot keeps all.
func copyVTPMs(tx *store.Tx, from *model.VM, made ref, snapshot bool) {
	for _, r := range from.VTPMs {
		t, ok := store.Find(tx, r)
		if !ok {
			continue
		}
		contents := ""
		if v, ok := store.Find(tx, t.Contents); ok && (snapshot || !t.IsUnique) {
			contents = v.Value
		}
		addVTPM(tx, made, t.IsUnique, contents)
	}
}

func dropVTPMs(tx *store.Tx, v *model.VM) {
	for _, r := range slices.Clone(v.VTPMs) {
		if t, ok := store.Find(tx, r); ok {
			remove(tx, t.Contents)
			remove(tx, r)
		}
	}
}
