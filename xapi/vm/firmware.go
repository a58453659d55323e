package vm

import (
	"crypto/md5"
	"fmt"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/ops"
	"github.com/xapid/xapid/xapi/rpc"
)

// efiVariables is the key of NVRAM that holds what a UEFI firmware remembers.
const efiVariables = "EFI-variables"

// SetNVRAMEFIVariables is how the firmware saves its variables, whatever goes
// on with the VM.
func (s *Service) SetNVRAMEFIVariables(c *rpc.Call, self ref, value string, update model.UpdateStatus) error {
	return s.edit(c, self, func(_ *store.Tx, v *model.VM) error {
		setKey(&v.NVRAM, efiVariables, value)
		return nil
	})
}

// GetSecurebootReadiness tells whether the VM could boot securely. Emulated
// firmware that has booted has no keys yet.
func (s *Service) GetSecurebootReadiness(c *rpc.Call, self ref) (model.VMSecurebootReadiness, error) {
	v, err := store.Get(s.DB.View(), self)
	switch {
	case err != nil:
		return "", err
	case v.HVMBootParams["firmware"] != "uefi":
		return model.VMSecurebootReadinessNotSupported, nil
	case v.Platform["secureboot"] != "true" && v.Platform["secureboot"] != "auto":
		return model.VMSecurebootReadinessDisabled, nil
	case v.NVRAM[efiVariables] == "":
		return model.VMSecurebootReadinessFirstBoot, nil
	}
	return model.VMSecurebootReadinessSetupMode, nil
}

// UpdateSecurebootCertificatesOnBoot marks the VM, whose certificates are old,
// to get new ones when it boots, or takes the mark away.
func (s *Service) UpdateSecurebootCertificatesOnBoot(c *rpc.Call, self ref, mark bool) error {
	return s.edit(c, self, func(_ *store.Tx, v *model.VM) error {
		switch {
		case v.SecurebootCertificatesState == model.VMSecurebootCertificatesStateOk || v.SecurebootCertificatesState == "":
			if mark {
				return model.ErrOperationNotAllowed("there are no newer certificates for the VM")
			}
		case mark:
			v.SecurebootCertificatesState = model.VMSecurebootCertificatesStateUpdateOnBoot
		default:
			v.SecurebootCertificatesState = model.VMSecurebootCertificatesStateUpdateAvailable
		}
		return nil
	})
}

// SetSuspendVDI gives a suspended VM another disk with its memory, which must
// hold the same: SUSPEND_VDI_REPLACEMENT_IS_NOT_IDENTICAL. A host must see all
// that the VM needs: NO_HOSTS_AVAILABLE.
func (s *Service) SetSuspendVDI(c *rpc.Call, self ref, value model.Ref[model.VDI]) error {
	return s.edit(c, self, func(tx *store.Tx, v *model.VM) error {
		if v.PowerState != model.VMPowerStateSuspended {
			return model.ErrVMBadPowerState(self, "suspended", ops.Lower(v.PowerState))
		}
		vdi, err := store.Get(tx, value)
		if err != nil {
			return err
		}
		if vdi.Type == model.VDITypeCBTMetadata {
			return model.ErrVDIIncompatibleType(value, vdi.Type)
		}
		before := v.SuspendVDI
		v.SuspendVDI = value
		seen := false
		for h := range store.All[model.Host](tx) {
			seen = seen || checkStorage(tx, self, v, h) == nil
		}
		if !seen {
			return model.ErrNoHostsAvailable()
		}
		old, err := store.Get(tx, before)
		if err != nil {
			return err
		}
		if a, b := imageSum(old), imageSum(vdi); a != b {
			return model.ErrSuspendVDIReplacementIsNotIdentical(old.UUID+" : "+a, vdi.UUID+" : "+b)
		}
		return nil
	})
}

// imageSum stands for the sum of an image's content: a copy of it is as large
// and bears its name.
func imageSum(d *model.VDI) string {
	return fmt.Sprintf("%x", md5.Sum(fmt.Appendf(nil, "%s %d", d.NameLabel, d.VirtualSize)))
}
