package licence

import (
	_ "embed"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/xapid/xapid/model"
)

//go:embed features.txt
var featuresText string

//go:embed editions.txt
var editionsText string

// The levels of editions, the lowest first: what one has the next has too. An
// edition of the level all restricts nothing.
var (
	levelsOld = []string{"free", "advanced", "enterprise", "platinum"}
	levelsNew = []string{expired, "express", "standard", "premium"}
)

const (
	all = "all"
	// expired is the level of a licence that is over, from clearwater on.
	expired = "expired"
	// Free is the edition of a host that nobody has licensed.
	Free = "free"
)

// feature is a line of features.txt.
type feature struct {
	key, name string
	core      bool
	since     string
	on        bool // where a host does not say
	// old and new are the lowest levels that have it, as numbers; -1 for none.
	old, new int
}

// value is what the key holds where the feature is on, or off.
func (f *feature) value(on bool) string {
	return strconv.FormatBool(on == (f.key == "enable_xha"))
}

// Edition is a kind of licence.
type Edition struct {
	Name, Level string
	Rank        int
	// Server tells that a licence server hands it out.
	Server       bool
	SKU, Product string

	since, until string
}

type tables struct {
	features []*feature
	byName   map[string]*feature
	editions []*Edition
}

// theTables are read once; a mistake in them is one of the program, and
// panics, so that any test finds it.
var theTables = sync.OnceValue(func() *tables {
	t := &tables{byName: map[string]*feature{}}
	for _, w := range rows(featuresText, 7) {
		f := &feature{key: w[0], name: w[1], core: w[2] == "core", since: w[3], on: w[4] == "on", old: level(levelsOld, w[5]), new: level(levelsNew, w[6])}
		t.features = append(t.features, f)
		if f.name != "-" {
			t.byName[f.name] = f
		}
	}
	for _, w := range rows(editionsText, 8) {
		rank, err := strconv.Atoi(w[4])
		if err != nil {
			panic(fmt.Sprintf("licence: edition %s: %v", w[0], err))
		}
		t.editions = append(t.editions, &Edition{Name: w[0], since: w[1], until: w[2], Level: w[3], Rank: rank, Server: w[5] == "server", SKU: w[6], Product: w[7]})
	}
	return t
})

func rows(text string, columns int) [][]string {
	var list [][]string
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		w := strings.Split(strings.TrimRight(line, "\n"), "\t")
		if len(w) != columns {
			panic(fmt.Sprintf("licence: %d columns in %q, want %d", len(w), line, columns))
		}
		list = append(list, w)
	}
	return list
}

func level(ladder []string, name string) int {
	i := slices.Index(ladder, name)
	if i < 0 && name != "-" {
		panic("licence: no level " + name)
	}
	return i
}

// Old tells of the releases whose hosts are free and restricted unless they
// are activated or licensed.
func Old(r *model.Release) bool { return r.Before("clearwater") }

// Editions lists what a release knows, the lowest first.
func Editions(r *model.Release) []*Edition {
	var list []*Edition
	for _, e := range theTables().editions {
		if !r.Before(e.since) && (e.until == "-" || r.Before(e.until)) {
			list = append(list, e)
		}
	}
	slices.SortStableFunc(list, func(a, b *Edition) int { return a.Rank - b.Rank })
	return list
}

// Names are those of the editions that a release knows.
func Names(r *model.Release) []string {
	var names []string
	for _, e := range Editions(r) {
		names = append(names, e.Name)
	}
	return names
}

// FindEdition finds an edition that a release knows, nil if it knows none of
// that name.
func FindEdition(r *model.Release, name string) *Edition {
	for _, e := range Editions(r) {
		if e.Name == name {
			return e
		}
	}
	return nil
}

// restrictions are the keys of a release as a level has them.
func restrictions(r *model.Release, at string) map[string]string {
	m := map[string]string{}
	for _, f := range theTables().features {
		if r.Before(f.since) {
			continue
		}
		lowest, have := f.new, slices.Index(levelsNew, at)
		if Old(r) {
			lowest, have = f.old, slices.Index(levelsOld, at)
		}
		m[f.key] = f.value(at == all || lowest >= 0 && have >= lowest)
	}
	return m
}

// Rank orders the editions of a release; one that it does not know is as low as
// the lowest.
func Rank(r *model.Release, name string) int {
	if e := FindEdition(r, name); e != nil {
		return e.Rank
	}
	return 0
}
