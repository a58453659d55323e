package certs

import (
	"crypto/tls"
	"errors"
	"io/fs"
	"path/filepath"
	"time"
)

// Standalone is the self-signed certificate of a server that belongs to no
// pool. It is kept with its key in the file at path, and made if there is none.
func Standalone(path, hostname string, now time.Time) (tls.Certificate, error) {
	dir, name := inDir(filepath.Dir(path)), filepath.Base(path)
	data, err := dir.read(name)
	var p *pair
	switch {
	case err == nil:
		if p, err = decodePair(data); err != nil {
			err = fileError(path, "remove it to have another one made", plain(err))
		}
	case errors.Is(err, fs.ErrNotExist):
		p, err = makeStandalone(dir, name, hostname, now)
	}
	if err != nil {
		return tls.Certificate{}, err
	}
	return *p.tls, nil
}

func makeStandalone(dir inDir, name, hostname string, now time.Time) (*pair, error) {
	key, err := newKey()
	if err != nil {
		return nil, err
	}
	p, err := issueHost(key, hostname, nil, now)
	if err != nil {
		return nil, err
	}
	data, err := p.encode()
	if err != nil {
		return nil, err
	}
	return p, dir.write(name, data)
}
