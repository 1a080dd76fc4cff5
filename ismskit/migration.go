package ismskit

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/ismskit/ismskit/ismskit/record"
	"github.com/ismskit/ismskit/workflow"
)

// VerbMigrate moves a running case to another version of its type (案件轉用新版流程).
const VerbMigrate workflow.Verb = "migrate"

// viaTypes lets somebody move cases that he need not be able to read: he takes no part in
// them and finds none of them by it.
const viaTypes = "types"

// MaxMigrated is the most cases that are moved with one act, and on one page of a preview:
// as many as somebody can look through beforehand.
const MaxMigrated = 50

// Counting stops: a page is no place to go through every case there is.
const (
	// MaxMigrationCount is how far cases of one version are counted.
	MaxMigrationCount = 1000
	// MaxUnendedSeen is how many cases that have not ended are looked at to count them, the
	// newest ones, and for one page of a preview.
	MaxUnendedSeen = 5000
	countedAtOnce  = 500 // read with one statement
)

// migratedPhases are the phases of a case that is on its way. A draft is its writer's
// alone and has no trail on which a move could be recorded; what has ended stays as it is.
var migratedPhases = []string{string(workflow.PhaseRunning), string(workflow.PhaseReturned), string(workflow.PhaseSuspended)}

// MigrationQuery asks what would become of running cases that another version of their
// type took over.
type MigrationQuery struct {
	// Type is the key of their type; "" asks which types have cases that run by another
	// version than the newest, and nothing else.
	Type string
	// To is the version they would go on by, "" for the newest.
	To string
	// From keeps those of one version, "" those of every other.
	From string
	// After and AfterID are the keyset: the last case seen.
	After   time.Time
	AfterID string
	Limit   int // at most MaxMigrated, which is also what 0 means
}

// Migration is the answer: nothing is written.
type Migration struct {
	// Types are those that have cases on another version than the newest; only where the
	// query names none.
	Types []MigrationType
	To    TypeInfo
	// Versions are those by which cases run now, the newest first.
	Versions []VersionInUse
	Cases    []MigrationCase // newest first
	// More says that there are, or may be, others: after Next and NextID, which need not be
	// the last of Cases, nor of another version at all.
	More   bool
	Next   time.Time
	NextID string
	// Partly says that only the newest MaxUnendedSeen cases were counted: of what is older
	// nothing is said in Types and Versions.
	Partly bool
}

// MigrationType is a type with so many cases on other versions than the newest.
type MigrationType struct {
	TypeInfo
	Cases int
	More  bool // that many and more
}

// VersionInUse says how many cases run by a version.
type VersionInUse struct {
	Version string
	Cases   int
	More    bool // that many and more
	// Drafts are not sent yet: they go by the newest by themselves, unless it can't take them over.
	Drafts     int
	MoreDrafts bool
}

// MigrationCase is a case that could be moved: as much of it as says which one it is, for
// whoever moves it need not be able to read it.
type MigrationCase struct {
	Case     string
	Number   string
	RowNo    int // its place in its request, for NumberIn; 0 where it has a number of its own
	Version  string
	Revision int64
	Created  time.Time
	// Readable says that whoever asks may read the case: only then it has a subject, as CaseRow
	// and CaseLine have it, and can be opened.
	Readable  bool
	Subject   string
	SubjectIn workflow.Text
	Word      string        // its state, as record.Word says it
	Step      workflow.Text // where it stands, nil where at no step
	// Stands is what keeps it where it is, in plain words; empty where it can be moved.
	Stands []workflow.Text
}

// mayMigrateAny refuses, as for what is not there, whoever may not move cases.
func (k *Kit) mayMigrateAny(ctx context.Context, actor Actor) error {
	err := k.allow(ctx, actor, k.cfg.Rights.ManageTypes)
	if errors.Is(err, ErrForbidden) {
		err = ErrNotFound
	}
	if err == nil {
		err = k.freshenTypes(ctx)
	}
	return err
}

// mayMigrate is the version that somebody may move cases to.
func (k *Kit) mayMigrate(ctx context.Context, actor Actor, key, version string) (*kind, error) {
	if err := k.mayMigrateAny(ctx, actor); err != nil {
		return nil, err
	}
	latest, ok, bar := k.kinds.toBegin(key)
	if !ok {
		return nil, ErrNotFound
	}
	if version == "" && bar != nil && bar.elsewhere { // the newest is none that could be moved to here
		return nil, bar
	}
	if version == "" || version == latest.Version {
		return latest, nil
	}
	return k.kinds.of(ctx, k.store, key, version)
}

// Migration says which running cases of a type can be moved to another version of it, and
// of every other one what stands in the way. For Rights.ManageTypes; for everybody else
// there is no such type (ErrNotFound).
func (r Records) Migration(ctx context.Context, actor Actor, q MigrationQuery) (Migration, error) {
	r.k = r.k.once()
	if q.Type == "" {
		types, partly, err := r.k.migrationTypes(ctx, actor)
		return Migration{Types: types, Partly: partly}, err
	}
	to, err := r.k.mayMigrate(ctx, actor, q.Type, q.To)
	if err != nil {
		return Migration{}, err
	}
	out := Migration{To: infoOf(to)}
	if out.Versions, out.Partly, err = r.k.versionsInUse(ctx, q.Type); err != nil {
		return Migration{}, err
	}
	limit := MaxMigrated
	if q.Limit > 0 {
		limit = min(q.Limit, MaxMigrated)
	}
	var failed error
	page := CaseQuery{Phases: migratedPhases, Types: []string{q.Type}, After: q.After, AfterID: q.AfterID, Limit: casesAtOnce}
	all, err := r.k.eachUnended(ctx, page, func(row CaseRow) bool {
		if row.Version != to.Version && (q.From == "" || row.Version == q.From) {
			if len(out.Cases) == limit {
				return false
			}
			one, err := r.k.migrationCase(ctx, actor, row, to)
			if err != nil {
				failed = err
				return false
			}
			out.Cases = append(out.Cases, one)
		}
		out.Next, out.NextID = row.Created, row.ID
		return true
	})
	if failed != nil {
		err = failed
	}
	if err != nil {
		return Migration{}, err
	}
	if out.More = !all; !out.More {
		out.Next, out.NextID = time.Time{}, ""
	}
	return out, nil
}

// eachUnended goes through cases, the newest first, until see has seen enough or there were
// MaxUnendedSeen; all says that there are no others.
func (k *Kit) eachUnended(ctx context.Context, q CaseQuery, see func(CaseRow) (on bool)) (all bool, err error) {
	for seen := 0; seen < MaxUnendedSeen; {
		rows, err := k.listCases(ctx, q)
		if err != nil {
			return false, err
		}
		for _, row := range rows {
			if !see(row) {
				return false, nil
			}
		}
		if len(rows) < q.Limit {
			return true, nil
		}
		seen += len(rows)
		last := rows[len(rows)-1]
		q.After, q.AfterID = last.Created, last.ID
	}
	return false, nil
}

// counted counts one more, as far as counting goes.
func counted(n *int, more *bool) {
	if *n < MaxMigrationCount {
		*n++
	} else {
		*more = true
	}
}

// migrationTypes are the types that have cases on another version than the newest.
func (k *Kit) migrationTypes(ctx context.Context, actor Actor) (types []MigrationType, partly bool, err error) {
	if err := k.mayMigrateAny(ctx, actor); err != nil {
		return nil, false, err
	}
	found := map[string]*MigrationType{}
	all, err := k.eachUnended(ctx, CaseQuery{Phases: migratedPhases, Limit: countedAtOnce}, func(row CaseRow) bool {
		latest, ok := k.kinds.latestOf(row.Type)
		if !ok || latest.Version == row.Version {
			return true
		}
		if found[row.Type] == nil {
			found[row.Type] = &MigrationType{TypeInfo: infoOf(latest)}
		}
		counted(&found[row.Type].Cases, &found[row.Type].More)
		return true
	})
	if err != nil {
		return nil, false, err
	}
	for _, key := range k.kinds.keys { // in the order of Config.Types
		if t := found[key]; t != nil {
			t.More = t.More || !all
			types = append(types, *t)
		}
	}
	return types, !all, nil
}

// versionsInUse counts the cases of a type that have not ended, by version.
func (k *Kit) versionsInUse(ctx context.Context, key string) (versions []VersionInUse, partly bool, err error) {
	found := map[string]*VersionInUse{}
	q := CaseQuery{Phases: append([]string{string(workflow.PhaseDraft)}, migratedPhases...), Types: []string{key}, Limit: countedAtOnce}
	all, err := k.eachUnended(ctx, q, func(row CaseRow) bool {
		v := found[row.Version]
		if v == nil {
			v = &VersionInUse{Version: row.Version}
			found[row.Version] = v
		}
		if row.Phase == string(workflow.PhaseDraft) {
			counted(&v.Drafts, &v.MoreDrafts)
		} else {
			counted(&v.Cases, &v.More)
		}
		return true
	})
	if err != nil {
		return nil, false, err
	}
	versions = make([]VersionInUse, 0, len(found))
	for _, v := range found {
		v.More, v.MoreDrafts = v.More || !all, v.MoreDrafts || !all && v.Drafts > 0
		versions = append(versions, *v)
	}
	slices.SortFunc(versions, func(a, b VersionInUse) int { return -compareVersions(a.Version, b.Version) })
	return versions, !all, nil
}

// compareVersions puts version 10 after version 9, and 9-1, which a house made of it, between them.
func compareVersions(a, b string) int {
	apart := func(r rune) bool { return r == '.' || r == '-' }
	as, bs := strings.FieldsFunc(a, apart), strings.FieldsFunc(b, apart)
	for i := range min(len(as), len(bs)) {
		if c := cmp.Or(cmp.Compare(len(as[i]), len(bs[i])), cmp.Compare(as[i], bs[i])); c != 0 {
			return c
		}
	}
	return cmp.Compare(len(as), len(bs))
}

// migrationCase looks at one case. One that this program can't read is among them, with
// that as its reason.
func (k *Kit) migrationCase(ctx context.Context, actor Actor, row CaseRow, to *kind) (MigrationCase, error) {
	out := MigrationCase{Case: row.ID, Number: row.Number, Version: row.Version, Revision: row.Revision, Created: row.Created}
	c, err := k.inHand(ctx, row)
	if err == nil {
		err = k.countedAnew(ctx, &c)
	}
	if unread(err) {
		k.leftOut(ctx, row.ID, err)
		out.Word, out.Stands = record.StateOf(row.Phase, "", row.Outcome), []workflow.Text{k.texts("migrate.unreadable")}
		return out, nil
	}
	if err != nil {
		return MigrationCase{}, err
	}
	out.RowNo, out.Word = c.rowNo(), stateWord(&c)
	if _, err := k.mayRead(ctx, actor, c, k.moment()); err == nil {
		out.Readable, out.Subject, out.SubjectIn = true, row.Subject, c.subjectIn(k)
	} else if !errors.Is(err, ErrNotFound) {
		return MigrationCase{}, err
	}
	if step, ok := c.kind.flow.Step(row.Step); ok {
		out.Step = step.Name
	}
	_, err = k.migrated(ctx, actor, c, to)
	if stays, ok := errors.AsType[*Stays](err); ok {
		out.Stands, err = stays.Because, nil
	}
	return out, err
}

// Stays is why a case can't be moved to another version of its type: everything that
// stands in the way, at once. It goes on by the version that it has.
type Stays struct{ Because []workflow.Text }

// Error says it in English.
func (s *Stays) Error() string {
	said := make([]string, len(s.Because))
	for i, t := range s.Because {
		said[i] = t.In("en")
	}
	return "ismskit: the case stays on its version: " + strings.Join(said, " ")
}

// In says in a language what stands in the way, a sentence each.
func (s *Stays) In(lang string) []string {
	out := make([]string, len(s.Because))
	for i, t := range s.Because {
		out[i] = t.In(lang)
	}
	return out
}

func (s *Stays) because(t workflow.Text) {
	for _, known := range s.Because {
		if known[defaultLang] == t[defaultLang] {
			return
		}
	}
	s.Because = append(s.Because, t)
}
