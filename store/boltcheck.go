package store

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"io"
	"os"
)

// bbolt maps its file and trusts what it finds there: a damaged page ends the
// process, in a goroutine or a signal that cannot be caught, or loses rows in
// silence. So before bbolt may open a file, checkBolt reads it as plain bytes
// and follows every page. It knows the exact layout that bbolt writes, in
// which a page's entries follow each other without a gap, so that a changed
// number shows. What the rows and log entries say has checksums of its own.

const (
	boltMagic     = 0xED0CDAED
	boltVersion   = 2
	boltBranch    = 0x01
	boltLeaf      = 0x02
	boltMeta      = 0x04
	boltHeader    = 16
	boltBucket    = 1
	boltMaxDepth  = 64
	boltMetaBytes = 64 // magic to checksum
)

type boltFile struct {
	r        io.ReaderAt
	pageSize int64
	pages    uint64 // those at and above do not exist
	seen     map[uint64]bool
}

func damaged(format string, args ...any) error {
	return fmt.Errorf("the file is damaged: "+format, args...)
}

// checkBolt reports the first damage in the structure of a bbolt file.
func checkBolt(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	b := &boltFile{r: f, seen: map[uint64]bool{}}
	root, err := b.meta(info.Size())
	if err != nil {
		return err
	}
	if have := uint64(info.Size() / b.pageSize); have < b.pages {
		return damaged("it is cut off: %d of %d pages are there", have, b.pages)
	}
	return b.tree(root, nil, nil, 0)
}

// meta reads the two pages that head the file. bbolt is content with one of
// them, but the other one may be the last commit.
func (b *boltFile) meta(size int64) (root uint64, err error) {
	head := make([]byte, boltHeader+boltMetaBytes)
	if _, err := b.r.ReadAt(head, 0); err != nil {
		return 0, damaged("it is cut off: %d bytes are there", size)
	}
	b.pageSize = int64(binary.NativeEndian.Uint32(head[boltHeader+8:]))
	if b.pageSize < 1024 || b.pageSize > 1<<16 || b.pageSize&(b.pageSize-1) != 0 {
		return 0, damaged("its first page is no head")
	}
	var newest uint64
	for page := range int64(2) {
		if _, err := b.r.ReadAt(head, page*b.pageSize); err != nil {
			return 0, damaged("it is cut off: %d bytes are there", size)
		}
		id, flags, m := binary.NativeEndian.Uint64(head), binary.NativeEndian.Uint16(head[8:]), head[boltHeader:]
		sum := fnv.New64a()
		sum.Write(m[:56])
		switch {
		case id != uint64(page) || flags != boltMeta,
			binary.NativeEndian.Uint32(m) != boltMagic,
			binary.NativeEndian.Uint32(m[4:]) != boltVersion,
			int64(binary.NativeEndian.Uint32(m[8:])) != b.pageSize,
			binary.NativeEndian.Uint64(m[56:]) != sum.Sum64():
			return 0, damaged("page %d is no head", page)
		}
		if tx := binary.NativeEndian.Uint64(m[48:]); page == 0 || tx > newest {
			newest, root, b.pages = tx, binary.NativeEndian.Uint64(m[16:]), binary.NativeEndian.Uint64(m[40:])
		}
	}
	return root, nil
}

// tree checks the page id and all below it; keys must lie in [from, to).
func (b *boltFile) tree(id uint64, from, to []byte, depth int) error {
	if id < 2 || id >= b.pages || b.seen[id] || depth > boltMaxDepth {
		return damaged("page %d is referred to wrongly", id)
	}
	buf := make([]byte, b.pageSize)
	if _, err := b.r.ReadAt(buf, int64(id)*b.pageSize); err != nil {
		return fmt.Errorf("reading page %d: %w", id, err)
	}
	more := uint64(binary.NativeEndian.Uint32(buf[12:]))
	if binary.NativeEndian.Uint64(buf) != id || id+more >= b.pages {
		return damaged("page %d is not what it should be", id)
	}
	for i := id; i <= id+more; i++ {
		if b.seen[i] {
			return damaged("page %d is in use twice", i)
		}
		b.seen[i] = true
	}
	if more > 0 {
		buf = append(buf, make([]byte, int64(more)*b.pageSize)...)
		if _, err := b.r.ReadAt(buf[b.pageSize:], int64(id+1)*b.pageSize); err != nil {
			return fmt.Errorf("reading page %d: %w", id+1, err)
		}
	}
	return b.page(id, buf, from, to, depth)
}

// page checks the entries of one page; it may lie inside a value.
func (b *boltFile) page(id uint64, buf, from, to []byte, depth int) error {
	bad := func(what string) error { return damaged("page %d: %s", id, what) }
	if len(buf) < boltHeader {
		return bad("it is too short")
	}
	flags, count := binary.NativeEndian.Uint16(buf[8:]), int(binary.NativeEndian.Uint16(buf[10:]))
	if flags != boltBranch && flags != boltLeaf {
		return bad("it is of no kind")
	}
	next := boltHeader + 16*count // where the next entry's bytes must begin
	if next > len(buf) || flags == boltBranch && count == 0 {
		return bad("its number of entries is wrong")
	}
	type child struct {
		id       uint64
		from, to []byte
	}
	var children []child
	prev := from
	for i := range count {
		at := boltHeader + 16*i
		e := buf[at : at+16]
		var pos, ksize, vsize, kind uint32
		var pgid uint64
		if flags == boltBranch {
			pos, ksize, pgid = binary.NativeEndian.Uint32(e), binary.NativeEndian.Uint32(e[4:]), binary.NativeEndian.Uint64(e[8:])
		} else {
			kind, pos, ksize, vsize = binary.NativeEndian.Uint32(e), binary.NativeEndian.Uint32(e[4:]), binary.NativeEndian.Uint32(e[8:]), binary.NativeEndian.Uint32(e[12:])
		}
		end := int64(next) + int64(ksize) + int64(vsize)
		if int64(at)+int64(pos) != int64(next) || end > int64(len(buf)) || kind > boltBucket {
			return bad("an entry is not where it should be")
		}
		key, val := buf[next:next+int(ksize)], buf[next+int(ksize):end]
		next = int(end)
		c := bytes.Compare(prev, key)
		if c > 0 || c == 0 && i > 0 || to != nil && bytes.Compare(key, to) >= 0 {
			return bad("its keys are out of order")
		}
		prev = key
		switch {
		case flags == boltBranch:
			if len(children) > 0 {
				children[len(children)-1].to = key
			}
			children = append(children, child{id: pgid, from: key, to: to})
		case kind == boltBucket:
			if err := b.bucket(id, val, depth); err != nil {
				return err
			}
		}
	}
	for _, c := range children {
		if err := b.tree(c.id, c.from, c.to, depth+1); err != nil {
			return err
		}
	}
	return nil
}

// bucket checks a bucket within a bucket: the number of its root page, or the
// page itself.
func (b *boltFile) bucket(id uint64, val []byte, depth int) error {
	if len(val) < 16 {
		return damaged("page %d: a bucket is too short", id)
	}
	if root := binary.NativeEndian.Uint64(val); root != 0 {
		return b.tree(root, nil, nil, depth+1)
	}
	return b.page(id, val[16:], nil, nil, depth+1)
}
