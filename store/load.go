package store

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"strings"

	"go.etcd.io/bbolt"

	"github.com/xapid/xapid/model"
)

// openStateFile reads the whole file into tables.
func openStateFile(path string) (f *stateFile, s *state, p position, err error) {
	if err := checkBolt(path); err != nil {
		return nil, nil, p, err
	}
	db, err := bbolt.Open(path, 0o600, &boltOptions)
	if err != nil {
		return nil, nil, p, err
	}
	f = &stateFile{path: path, db: db, cats: map[uint32]bool{}}
	// The file was whole a moment ago, but a disk may fail under the map.
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("reading failed: %v", r)
		}
		if err != nil {
			_ = db.Close()
		}
	}()
	err = db.View(func(tx *bbolt.Tx) error {
		s, p, err = f.load(tx)
		return err
	})
	return f, s, p, err
}

func (f *stateFile) load(tx *bbolt.Tx) (*state, position, error) {
	var cp checkpoint
	meta := tx.Bucket(bucketMeta)
	if meta == nil {
		return nil, cp.position, damaged("it has no checkpoint")
	}
	val, err := unseal(keyCheckpoint, meta.Get(keyCheckpoint))
	if err != nil {
		return nil, cp.position, damaged("the checkpoint: %w", err)
	}
	if cp, err = parseCheckpoint(val); err != nil {
		return nil, cp.position, fmt.Errorf("the checkpoint: %w", err)
	}
	total := 0
	for _, n := range cp.rows {
		total += int(min(n, 1<<24))
	}
	l := newLoader(total)
	err = tx.ForEach(func(name []byte, b *bbolt.Bucket) error {
		if string(name) != string(bucketCatalogues) {
			return nil
		}
		return b.ForEach(func(k, v []byte) error {
			text, err := unseal(k, v)
			if err != nil {
				return damaged("catalogue %x: %w", k, err)
			}
			cat, err := parseCatalogue([]byte(string(text)))
			if err != nil {
				return damaged("catalogue %x: %w", k, err)
			}
			l.cats[cat.id], f.cats[cat.id] = cat, true
			return nil
		})
	})
	if err != nil {
		return nil, cp.position, err
	}
	cp.catalogues = l.cats
	err = tx.ForEach(func(name []byte, b *bbolt.Bucket) error {
		if class, ok := strings.CutPrefix(string(name), "class "); ok {
			return l.bucket(b, class, cp.rows[class])
		}
		return nil
	})
	if err != nil {
		return nil, cp.position, err
	}
	for class, n := range cp.rows {
		if n > 0 && tx.Bucket([]byte("class "+class)) == nil {
			return nil, cp.position, damaged("%d rows of class %s are missing", n, class)
		}
	}
	if err := l.deletions(tx.Bucket(bucketDeleted), cp.deleted); err != nil {
		return nil, cp.position, err
	}
	return l.finish(cp), cp.position, nil
}

func (l *loader) bucket(b *bbolt.Bucket, class string, want uint64) error {
	var n uint64
	err := b.ForEach(func(k, v []byte) error {
		val, err := unseal(k, v)
		if err == nil && len(k) != 8 {
			err = errShort
		}
		if err == nil {
			n++
			err = l.row(class, binary.BigEndian.Uint64(k), val)
		}
		if err != nil {
			return damaged("row %x of class %s: %w", k, class, err)
		}
		return nil
	})
	if err == nil && n != want {
		err = damaged("class %s has %d rows instead of %d", class, n, want)
	}
	return err
}

func (l *loader) deletions(b *bbolt.Bucket, want uint64) error {
	var n uint64
	if b != nil {
		err := b.ForEach(func(k, v []byte) error {
			val, err := unseal(k, v)
			if err == nil && len(k) != 16 {
				err = errShort
			}
			if err == nil {
				n++
				err = l.deletion(binary.BigEndian.Uint64(k), binary.BigEndian.Uint64(k[8:]), val)
			}
			if err != nil {
				return damaged("deletion %x: %w", k, err)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	if n != want {
		return damaged("it remembers %d deletions instead of %d", n, want)
	}
	return nil
}

// loader builds a state from rows in any order.
type loader struct {
	d      decoder
	w      writer
	cats   map[uint32]*catalogue
	stamps map[uint64][2]uint64 // created, modified by order
	dead   []*Row
}

func newLoader(rows int) *loader {
	l := &loader{w: newWriter(emptyState()), cats: map[uint32]*catalogue{}, stamps: make(map[uint64][2]uint64, rows)}
	l.d.refs, l.d.words = make(map[[16]byte]string, rows), map[string]string{}
	return l
}

// row takes in a row as sealRow wrote it, checksum aside.
func (l *loader) row(class string, order uint64, val []byte) error {
	d := &l.d
	d.b, d.err = val, nil
	cat := l.cats[d.uint32()]
	modified, created, ref := d.uvarint(), d.uvarint(), d.text()
	if cat == nil || d.err != nil {
		return errShort
	}
	i := slices.IndexFunc(cat.classes, func(k *codec) bool { return k.name == class })
	if i < 0 {
		return errShort
	}
	k := cat.classes[i]
	if k.shape == nil {
		return nil
	}
	obj := k.row(d)
	if d.err != nil {
		return d.err
	}
	if l.w.touched[order] != nil || !l.w.insert(k.shape, ref, obj, order) {
		return errors.New("it is there twice")
	}
	l.stamps[order] = [2]uint64{created, modified}
	return nil
}

func (l *loader) deletion(modified, order uint64, val []byte) error {
	d := &decoder{b: val}
	class, ref, created := d.text(), d.text(), d.uvarint()
	if d.err != nil {
		return d.err
	}
	if c := model.ClassByName(class); c != nil && c.Persist {
		l.dead = append(l.dead, &Row{Class: c, Ref: ref, Created: created, Modified: modified, order: order, logged: modified})
	}
	return nil
}

// finish gives the state.
func (l *loader) finish(c checkpoint) *state {
	w := &l.w
	w.settleAll()
	rows := l.dead
	for _, t := range w.list {
		s := l.stamps[t.order]
		t.row.Created, t.row.Modified, t.row.logged = s[0], s[1], s[1]
		rows = append(rows, t.row)
	}
	slices.SortFunc(rows, func(a, b *Row) int {
		return cmp.Or(cmp.Compare(a.Modified, b.Modified), cmp.Compare(a.order, b.order))
	})
	for _, r := range rows {
		w.record(r)
		if r.Obj == nil {
			w.st.dead[0].put(w.st.owner, r.seq, r)
			w.st.deadCount[0]++
		}
	}
	w.st.gen, w.st.order, w.st.trimmed[0] = c.gen, max(c.order, w.st.order), c.trimmed
	return w.st
}
