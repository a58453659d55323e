package store

import (
	"bytes"

	"encoding/binary"
	"errors"
	"fmt"
	"maps"

	"time"

	"github.com/hashicorp/raft"
	"go.etcd.io/bbolt"

	"github.com/xapid/xapid/model"
)

// The state file is the checkpoint of the log: all rows of persistent classes
// as of some entry. Its buckets: "meta" with the checkpoint, "catalogues" by
// id, "deleted" with the remembered deletions by generation, and one a class,
// rows by their number of creation, so that new rows land on the last page
// rather than all over the file. Every value has a checksum over key and value.

var (
	bucketMeta       = []byte("meta")
	bucketCatalogues = []byte("catalogues")
	bucketDeleted    = []byte("deleted")
	keyCheckpoint    = []byte("checkpoint")
)

func classBucket(c *model.Class) []byte { return []byte("class " + c.Name) }

const stateVersion = 1

// position is where in the log a state stands, and what goes with it.
type position struct {
	index, term uint64 // of the last entry that changed rows
	reserved    uint64 // no generation above it has been given out
	configIndex uint64
	config      raft.Configuration
	// snapIndex and snapTerm are those of raft's last snapshot: below it the
	// log may be gone.
	snapIndex, snapTerm uint64
	member              string
	catalogues          map[uint32]*catalogue // never changed in place
}

type stateFile struct {
	path string
	db   *bbolt.DB
	cats map[uint32]bool // those in the file
}

// Without a free list on disk there is none to be damaged, and less to sync.
var boltOptions = bbolt.Options{NoFreelistSync: true, FreelistType: bbolt.FreelistMapType, Timeout: time.Second}

func seal(key, val []byte) []byte {
	return append(binary.BigEndian.AppendUint32(nil, checksum(key, val)), val...)
}

var errChecksum = errors.New("its checksum is wrong")

func unseal(key, val []byte) ([]byte, error) {
	if len(val) < 4 || binary.BigEndian.Uint32(val) != checksum(key, val[4:]) {
		return nil, errChecksum
	}
	return val[4:], nil
}

func key64(n ...uint64) []byte {
	var b []byte
	for _, x := range n {
		b = binary.BigEndian.AppendUint64(b, x)
	}
	return b
}

// create makes the file with all rows of s.
func createStateFile(path string, s *state, p position) error {
	o := boltOptions
	o.NoSync = true
	db, err := bbolt.Open(path, 0o600, &o)
	if err != nil {
		return err
	}
	f := &stateFile{path: path, db: db, cats: map[uint32]bool{}}
	if err = f.flush(emptyState(), s, p); err == nil {
		err = db.Sync()
	}
	return errors.Join(err, db.Close())
}

// flush writes the rows that s has beyond base, which is what the file holds.
func (f *stateFile) flush(base, s *state, p position) error {
	err := f.db.Update(func(tx *bbolt.Tx) error { return f.write(tx, base, s, p) })
	if err == nil {
		f.wrote(p)
	}
	return err
}

// replace writes s in the place of all that the file holds.
func (f *stateFile) replace(s *state, p position) error {
	f.cats = map[uint32]bool{}
	err := f.db.Update(func(tx *bbolt.Tx) error {
		var names [][]byte
		err := tx.ForEach(func(name []byte, _ *bbolt.Bucket) error {
			names = append(names, bytes.Clone(name))
			return nil
		})
		for _, n := range names {
			err = errors.Join(err, tx.DeleteBucket(n))
		}
		return errors.Join(err, f.write(tx, emptyState(), s, p))
	})
	if err == nil {
		f.wrote(p)
	}
	return err
}

func (f *stateFile) wrote(p position) {
	f.cats[ownCatalogue().id] = true
	for id := range p.catalogues {
		f.cats[id] = true
	}
}

func (f *stateFile) write(tx *bbolt.Tx, base, s *state, p position) error {
	if err := f.writeCatalogues(tx, p); err != nil {
		return err
	}
	w := rowWriter{tx: tx, own: ownCatalogue()}
	var err error
	s.changes.from(func(r *Row) bool { return r.Modified > base.gen }, func(r *Row) bool {
		if r.Class.Persist && max(r.logged, r.restamped) > base.gen {
			err = w.write(r, base.gen)
		}
		return err == nil
	})
	if err != nil {
		return err
	}
	if err := forgetDeleted(tx, s.trimmed[0]); err != nil {
		return err
	}
	meta, err := tx.CreateBucketIfNotExists(bucketMeta)
	if err != nil {
		return err
	}
	return meta.Put(keyCheckpoint, seal(keyCheckpoint, appendCheckpoint(nil, s, p)))
}

func (f *stateFile) writeCatalogues(tx *bbolt.Tx, p position) error {
	b, err := tx.CreateBucketIfNotExists(bucketCatalogues)
	if err != nil {
		return err
	}
	own := ownCatalogue()
	all := map[uint32]*catalogue{own.id: own}
	maps.Copy(all, p.catalogues)
	for id, c := range all {
		if key := key64(uint64(id)); !f.cats[id] {
			if err := b.Put(key, seal(key, c.text)); err != nil {
				return err
			}
		}
	}
	return nil
}

// rowWriter writes rows to their buckets.
type rowWriter struct {
	tx      *bbolt.Tx
	own     *catalogue
	buckets map[int]*bbolt.Bucket
	deleted *bbolt.Bucket
}

func (w *rowWriter) bucket(c *model.Class) (*bbolt.Bucket, error) {
	b := w.buckets[c.Index]
	if b == nil {
		var err error
		if b, err = w.tx.CreateBucketIfNotExists(classBucket(c)); err != nil {
			return nil, err
		}
		b.FillPercent = 0.9 // rows are appended
		if w.buckets == nil {
			w.buckets = map[int]*bbolt.Bucket{}
		}
		w.buckets[c.Index] = b
	}
	return b, nil
}

func (w *rowWriter) write(r *Row, since uint64) error {
	b, err := w.bucket(r.Class)
	if err != nil {
		return err
	}
	key := key64(r.order)
	if r.Obj != nil {
		return b.Put(key, sealRow(key, w.own, r))
	}
	if r.Created <= since {
		if err := b.Delete(key); err != nil {
			return err
		}
	}
	if w.deleted == nil {
		if w.deleted, err = w.tx.CreateBucketIfNotExists(bucketDeleted); err != nil {
			return err
		}
		w.deleted.FillPercent = 0.9
	}
	key = key64(r.Modified, r.order)
	val := appendText(appendText(nil, r.Class.Name), r.Ref)
	return w.deleted.Put(key, seal(key, binary.AppendUvarint(val, r.Created)))
}

// sealRow writes a row as the file keeps it.
func sealRow(key []byte, cat *catalogue, r *Row) []byte {
	b := make([]byte, 4, 256)
	b = binary.BigEndian.AppendUint32(b, cat.id)
	b = binary.AppendUvarint(b, max(r.logged, r.restamped))
	b = binary.AppendUvarint(b, r.Created)
	b = appendText(b, r.Ref)
	b = cat.classes[cat.byIndex[r.Class.Index]].appendRow(b, r.Obj)
	binary.BigEndian.PutUint32(b, checksum(key, b[4:]))
	return b
}

// forgetDeleted drops the deletions up to generation upTo.
func forgetDeleted(tx *bbolt.Tx, upTo uint64) error {
	b := tx.Bucket(bucketDeleted)
	if b == nil || upTo == 0 {
		return nil
	}
	end := key64(upTo, 1<<64-1)
	c := b.Cursor()
	for k, _ := c.First(); k != nil && bytes.Compare(k, end) <= 0; k, _ = c.First() {
		if err := c.Delete(); err != nil {
			return err
		}
	}
	return nil
}

// appendCheckpoint writes what the file says of itself, the number of its rows
// included: a checksum a row does not tell of a row that is missing.
func appendCheckpoint(b []byte, s *state, p position) []byte {
	b = append(b, stateVersion)
	for _, n := range []uint64{p.index, p.term, s.gen, s.order, p.reserved, s.trimmed[0], p.snapIndex, p.snapTerm, p.configIndex, uint64(s.deadCount[0])} {
		b = binary.AppendUvarint(b, n)
	}
	b = appendText(b, p.member)
	config := raft.EncodeConfiguration(p.config)
	b = append(binary.AppendUvarint(b, uint64(len(config))), config...)
	for i, sh := range theSchema().shapes {
		if n := s.tables[i].count; n > 0 && sh.class.Persist {
			b = appendText(b, sh.class.Name)
			b = binary.AppendUvarint(b, uint64(n))
		}
	}
	return b
}

type checkpoint struct {
	position
	gen, order, trimmed, deleted uint64
	rows                         map[string]uint64
}

func parseCheckpoint(b []byte) (c checkpoint, err error) {
	d := &decoder{b: b}
	if v := d.byte(); v != stateVersion {
		return c, fmt.Errorf("it is of version %d, this program knows %d", v, stateVersion)
	}
	for _, p := range []*uint64{&c.index, &c.term, &c.gen, &c.order, &c.reserved, &c.trimmed, &c.snapIndex, &c.snapTerm, &c.configIndex, &c.deleted} {
		*p = d.uvarint()
	}
	c.member = d.text()
	config := d.bytes(d.uvarint())
	if d.err != nil {
		return c, d.err
	}
	c.config = raft.DecodeConfiguration(config)
	c.rows = map[string]uint64{}
	for len(d.b) > 0 {
		name := d.text()
		c.rows[name] = d.uvarint()
	}
	c.catalogues = map[uint32]*catalogue{}
	return c, d.err
}
