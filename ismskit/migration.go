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
	More     bool            // there are others after the last
}

// MigrationType is a type with so many cases on other versions than the newest.
type MigrationType struct {
	TypeInfo
	Cases int
}

// VersionInUse says how many cases run by a version.
type VersionInUse struct {
	Version string
	Cases   int
	// Drafts are not sent yet: they stay until they are.
	Drafts int
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
	Word     string        // its state, as record.Word says it
	Step     workflow.Text // where it stands, nil where at no step
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
	latest, ok := k.kinds.latestOf(key)
	if !ok {
		return nil, ErrNotFound
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
		types, err := r.k.migrationTypes(ctx, actor)
		return Migration{Types: types}, err
	}
	to, err := r.k.mayMigrate(ctx, actor, q.Type, q.To)
	if err != nil {
		return Migration{}, err
	}
	out := Migration{To: infoOf(to)}
	if out.Versions, err = r.k.versionsInUse(ctx, q.Type); err != nil {
		return Migration{}, err
	}
	limit := MaxMigrated
	if q.Limit > 0 {
		limit = min(q.Limit, MaxMigrated)
	}
	page := CaseQuery{Phases: migratedPhases, Types: []string{q.Type}, After: q.After, AfterID: q.AfterID, Limit: casesAtOnce}
	for {
		rows, err := r.k.listCases(ctx, page)
		if err != nil {
			return Migration{}, err
		}
		for _, row := range rows {
			if row.Version == to.Version || q.From != "" && row.Version != q.From {
				continue
			}
			if len(out.Cases) == limit {
				out.More = true
				return out, nil
			}
			one, err := r.k.migrationCase(ctx, actor, row, to)
			if err != nil {
				return Migration{}, err
			}
			out.Cases = append(out.Cases, one)
		}
		if len(rows) < casesAtOnce {
			return out, nil
		}
		last := rows[len(rows)-1]
		page.After, page.AfterID = last.Created, last.ID
	}
}

// eachUnended goes through the cases that have not ended, of a type or of all, newest first.
func (k *Kit) eachUnended(ctx context.Context, types []string, see func(CaseRow)) error {
	q := CaseQuery{Phases: append([]string{string(workflow.PhaseDraft)}, migratedPhases...), Types: types, Limit: casesAtOnce}
	for {
		rows, err := k.listCases(ctx, q)
		if err != nil {
			return err
		}
		for _, row := range rows {
			see(row)
		}
		if len(rows) < casesAtOnce {
			return nil
		}
		last := rows[len(rows)-1]
		q.After, q.AfterID = last.Created, last.ID
	}
}

// migrationTypes are the types that have cases on another version than the newest.
func (k *Kit) migrationTypes(ctx context.Context, actor Actor) ([]MigrationType, error) {
	if err := k.mayMigrateAny(ctx, actor); err != nil {
		return nil, err
	}
	counted := map[string]int{}
	err := k.eachUnended(ctx, nil, func(row CaseRow) {
		if latest, ok := k.kinds.latestOf(row.Type); ok && latest.Version != row.Version && row.Phase != string(workflow.PhaseDraft) {
			counted[row.Type]++
		}
	})
	if err != nil {
		return nil, err
	}
	var out []MigrationType
	for _, key := range k.kinds.keys { // in the order of Config.Types
		if latest, ok := k.kinds.latestOf(key); ok && counted[key] > 0 {
			out = append(out, MigrationType{TypeInfo: infoOf(latest), Cases: counted[key]})
		}
	}
	return out, nil
}

// versionsInUse counts the cases of a type that have not ended, by version.
func (k *Kit) versionsInUse(ctx context.Context, key string) ([]VersionInUse, error) {
	counted := map[string]*VersionInUse{}
	err := k.eachUnended(ctx, []string{key}, func(row CaseRow) {
		v := counted[row.Version]
		if v == nil {
			v = &VersionInUse{Version: row.Version}
			counted[row.Version] = v
		}
		if row.Phase == string(workflow.PhaseDraft) {
			v.Drafts++
		} else {
			v.Cases++
		}
	})
	if err != nil {
		return nil, err
	}
	out := make([]VersionInUse, 0, len(counted))
	for _, v := range counted {
		out = append(out, *v)
	}
	slices.SortFunc(out, func(a, b VersionInUse) int { return -compareVersions(a.Version, b.Version) })
	return out, nil
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
