// Package update handles repositories, the packages of older releases (updates
// and patches), and the drivers of hosts. Nothing is downloaded into an emulated
// pool: repositories can be described, but not fetched from.
package update

import (
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/rpc"
)

type (
	poolRef       = model.Ref[model.Pool]
	hostRef       = model.Ref[model.Host]
	repositoryRef = model.Ref[model.Repository]
)

// Repositories handles the class Repository.
type Repositories struct{ DB *store.DB }

// gpgkeys are the names that a key file may have.
var gpgkeys = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_.-]*$`)

func checkKey(path string) error {
	if path != "" && !gpgkeys.MatchString(path) {
		return model.ErrInvalidGpgkeyPath(path)
	}
	return nil
}

func checkURL(text string) error {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return model.ErrInvalidBaseURL(text)
	}
	return nil
}

// Introduce describes a repository: INVALID_BASE_URL [url], INVALID_GPGKEY_PATH
// [path], REPOSITORY_ALREADY_EXISTS [repository] by its name or binary URL.
func (s Repositories) Introduce(c *rpc.Call, nameLabel, nameDescription, binaryURL, sourceURL string, update bool, gpgkeyPath string) (repositoryRef, error) {
	if err := checkURL(binaryURL); err != nil {
		return "", err
	}
	if sourceURL != "" {
		if err := checkURL(sourceURL); err != nil {
			return "", err
		}
	}
	if err := checkKey(gpgkeyPath); err != nil {
		return "", err
	}
	return s.add(c, &model.Repository{
		NameLabel: nameLabel, NameDescription: nameDescription, BinaryURL: binaryURL, SourceURL: sourceURL,
		Update: update, GpgkeyPath: gpgkeyPath, Origin: model.OriginRemote,
	})
}

// IntroduceBundle describes the repository that bundles are unpacked into, of
// which there is one: BUNDLE_REPOSITORY_ALREADY_EXISTS [repository].
func (s Repositories) IntroduceBundle(c *rpc.Call, nameLabel, nameDescription string) (repositoryRef, error) {
	return s.add(c, &model.Repository{NameLabel: nameLabel, NameDescription: nameDescription, Update: true, Origin: model.OriginBundle})
}

// IntroduceRemotePool describes the repository of another pool, known by its
// certificate: INVALID_BASE_URL [url], REPOSITORY_ALREADY_EXISTS [repository].
func (s Repositories) IntroduceRemotePool(c *rpc.Call, nameLabel, nameDescription, binaryURL, certificate string) (repositoryRef, error) {
	if err := checkURL(binaryURL); err != nil {
		return "", err
	}
	return s.add(c, &model.Repository{
		NameLabel: nameLabel, NameDescription: nameDescription, BinaryURL: binaryURL, Update: true,
		Origin: model.OriginRemotePool, Certificate: certificate,
	})
}

func (s Repositories) add(c *rpc.Call, row *model.Repository) (repositoryRef, error) {
	var ref repositoryRef
	err := s.DB.Update(c.Ctx, func(tx *store.Tx) error {
		for other, o := range store.All[model.Repository](tx) {
			switch {
			case row.Origin == model.OriginBundle && o.Origin == model.OriginBundle:
				return model.ErrBundleRepositoryAlreadyExists(other)
			case o.NameLabel == row.NameLabel, row.BinaryURL != "" && o.BinaryURL == row.BinaryURL:
				return model.ErrRepositoryAlreadyExists(other)
			}
		}
		ref = store.Insert(tx, row)
		return nil
	})
	return ref, err
}

// Forget drops a repository: REPOSITORY_IS_IN_USE if it is one of the pool's.
func (s Repositories) Forget(c *rpc.Call, self repositoryRef) error {
	return s.DB.Update(c.Ctx, func(tx *store.Tx) error {
		for _, p := range store.All[model.Pool](tx) {
			if slices.Contains(p.Repositories, self) {
				return model.ErrRepositoryIsInUse()
			}
		}
		return store.Delete(tx, self)
	})
}

// SetGpgkeyPath names the key that signs a repository: INVALID_GPGKEY_PATH
// [path].
func (s Repositories) SetGpgkeyPath(c *rpc.Call, self repositoryRef, value string) error {
	if err := checkKey(value); err != nil {
		return err
	}
	return s.DB.Update(c.Ctx, func(tx *store.Tx) error {
		e, err := store.Edit(tx, self)
		if err == nil {
			e.GpgkeyPath = value
		}
		return err
	})
}

// proxy tells whether a proxy's address is one.
func proxy(text string) bool {
	return checkURL(text) == nil && !strings.Contains(text, "@")
}
