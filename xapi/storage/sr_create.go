package storage

import (
	"strings"

	"github.com/google/uuid"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/rpc"
)

// freshSize is the size, in bytes, of an SR whose maker leaves it to the
// storage.
const freshSize = 2 << 40

// Create makes an SR on storage that the emulated hosts can all see, with a PBD
// on every host if it is shared, else on the one given, and plugs them:
// SR_UNKNOWN_DRIVER [type], SR_BACKEND_FAILURE_<n> if the driver lacks something
// in deviceConfig. A password in deviceConfig becomes a secret.
func (s *SRs) Create(c *rpc.Call, host model.Ref[model.Host], deviceConfig map[string]string, physicalSize int64, name, description, kind, content string, shared bool, smConfig map[string]string) (srRef, error) {
	kind = strings.ToLower(kind)
	return made(c.Ctx, s.DB, func(tx *store.Tx) (srRef, error) {
		if _, err := store.Get(tx, host); err != nil {
			return "", err
		}
		if _, err := driver(tx, kind); err != nil {
			return "", err
		}
		if err := checkConfig(kind, deviceConfig); err != nil {
			return "", err
		}
		sr := store.Default[model.SR]()
		sr.UUID, sr.NameLabel, sr.NameDescription = uuid.NewString(), name, description
		sr.Type, sr.ContentType, sr.Shared, sr.SMConfig = kind, content, shared, smConfig
		if sr.PhysicalSize = physicalSize; physicalSize <= 0 {
			sr.PhysicalSize = freshSize
		}
		ref := store.Insert(tx, sr)
		for h := range store.All[model.Host](tx) {
			if shared || h == host {
				store.Insert(tx, &model.PBD{Host: h, SR: ref, DeviceConfig: secrets(tx, deviceConfig), CurrentlyAttached: true})
			}
		}
		return ref, nil
	})
}

// forgetSecrets drops the secrets of a device_config.
func forgetSecrets(tx *store.Tx, config map[string]string) {
	for k, id := range config {
		if strings.HasSuffix(k, "_secret") {
			if ref, ok := store.ByUUID[model.Secret](tx, id); ok {
				_ = store.Delete(tx, ref) // it is there
			}
		}
	}
}

// secrets is a device_config whose passwords have become secrets.
func secrets(tx *store.Tx, config map[string]string) map[string]string {
	out := map[string]string{}
	for k, v := range config {
		if k != "password" && k != "chappassword" && k != "cifspassword" {
			out[k] = v
			continue
		}
		id := uuid.NewString()
		store.Insert(tx, &model.Secret{UUID: id, Value: v})
		out[k+"_secret"] = id
	}
	return out
}
