package vm

import (
	"encoding/xml"
	"strings"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/emu"
	"github.com/xapid/xapid/xapi/ops"
	"github.com/xapid/xapid/xapi/rpc"
	"github.com/xapid/xapid/xapi/storage"
)

// SetIsATemplate makes a VM a template, which has no metrics, or a template a
// VM.
func (s *Service) SetIsATemplate(c *rpc.Call, self ref, value bool) error {
	if !value {
		return s.edit(c, self, func(tx *store.Tx, v *model.VM) error {
			v.IsATemplate = false
			if m, err := store.Edit(tx, v.Metrics); err == nil {
				m.InstallTime = s.now()
			}
			return nil
		})
	}
	return s.gated(c, self, model.VMOperationsMakeIntoTemplate, func(tx *store.Tx, v *model.VM) error {
		return makeTemplate(tx, self, v)
	})
}

func makeTemplate(tx *store.Tx, self ref, v *model.VM) error {
	for _, p := range store.All[model.Pool](tx) {
		if p.HAEnabled && v.HAAlwaysRun && v.HARestartPriority == "restart" {
			return model.ErrVMIsProtected(self)
		}
	}
	removeAll(tx, v.VUSBs)
	v.Groups, v.HAAlwaysRun = nil, false
	remove(tx, v.Metrics)
	v.Metrics = model.NullRef
	v.IsATemplate = true
	return nil
}

// SetIsDefaultTemplate marks a template as one of the built-in ones, which
// cannot be destroyed; a VM becomes a template first.
func (s *Service) SetIsDefaultTemplate(c *rpc.Call, vm ref, value bool) error {
	return s.edit(c, vm, func(tx *store.Tx, v *model.VM) error {
		if value && !v.IsATemplate {
			if err := ops.CheckVM(tx, vm, model.VMOperationsMakeIntoTemplate); err != nil {
				return err
			}
			if err := makeTemplate(tx, vm, v); err != nil {
				return err
			}
		}
		v.IsDefaultTemplate = value
		if value {
			setKey(&v.OtherConfig, "default_template", "true")
		} else {
			delete(v.OtherConfig, "default_template")
		}
		return nil
	})
}

// provision is the document under the key disks of a template's other_config.
type provision struct {
	Disks []struct {
		Device   string `xml:"device,attr"`
		Size     int64  `xml:"size,attr"`
		SR       string `xml:"sr,attr"`
		Bootable string `xml:"bootable,attr"`
		Type     string `xml:"type,attr"`
	} `xml:"disk"`
}

var provisionTypes = map[string]model.VDIType{
	"": model.VDITypeSystem, "system": model.VDITypeSystem, "user": model.VDITypeUser, "ephemeral": model.VDITypeEphemeral,
	"suspend": model.VDITypeSuspend, "crashdump": model.VDITypeCrashdump,
}

// Provision turns a clone of a template into a VM: it makes the disks that the
// template asks for. UUID_INVALID [sr, uuid] if it names an SR that does not
// exist.
func (s *Service) Provision(c *rpc.Call, vm ref) error {
	return s.Gate.Do(c, ops.Standard, []ops.Claim{ops.VM(vm, model.VMOperationsProvision)}, func() error {
		v, err := store.Get(s.DB.View(), vm)
		if err != nil {
			return err
		}
		var doc provision
		if text := v.OtherConfig["disks"]; text != "" {
			if err := xml.Unmarshal([]byte(text), &doc); err != nil {
				return model.ErrInternalError("other_config:disks: " + err.Error())
			}
		}
		if script := v.OtherConfig["postinstall"]; strings.Contains(script, "..") || script != "" && !strings.HasPrefix(script, "/opt/xensource/packages/post-install-scripts/") {
			return model.ErrPermissionDenied("the post-install script lies outside of its directory")
		}
		if err := s.World.TakeN(c.Ctx, emu.CloneDisk, float64(len(doc.Disks))); err != nil {
			return err
		}
		return s.DB.Update(c.Ctx, func(tx *store.Tx) error { return s.provisionDisks(tx, vm, doc) })
	})
}

func (s *Service) provisionDisks(tx *store.Tx, vm ref, doc provision) error {
	v, err := store.Edit(tx, vm)
	if err != nil {
		return err
	}
	for _, d := range doc.Disks {
		sr, ok := store.ByUUID[model.SR](tx, d.SR)
		if !ok {
			return model.ErrUUIDInvalid("sr", d.SR)
		}
		kind, ok := provisionTypes[d.Type]
		if !ok {
			return model.ErrInternalError("other_config:disks: unknown type " + d.Type)
		}
		vdi := store.Default[model.VDI]()
		vdi.NameLabel, vdi.NameDescription = d.Device, "Created by template provisioner"
		vdi.SR, vdi.Type, vdi.VirtualSize = sr, kind, d.Size
		vdi.SMConfig = map[string]string{"vmhint": v.UUID}
		disk, err := storage.CreateVDI(tx, vdi)
		if err != nil {
			return err
		}
		vbd := store.Default[model.VBD]()
		vbd.VM, vbd.VDI, vbd.Userdevice = vm, disk, d.Device
		vbd.Bootable, vbd.Mode, vbd.Type = d.Bootable == "true", model.VBDModeRW, model.VBDTypeDisk
		vbd.Unpluggable = kind != model.VDITypeSystem
		vbd.OtherConfig = map[string]string{"owner": ""}
		store.Insert(tx, vbd)
	}
	v.IsATemplate = false
	delete(v.OtherConfig, "disks")
	delete(v.OtherConfig, "postinstall")
	m, err := metricsOf(tx, v)
	if err != nil {
		return err
	}
	m.InstallTime = s.now()
	return nil
}
