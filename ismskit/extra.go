package ismskit

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/workflow"
)

// extra is what the Kit keeps on a case beside form and flow.
type extra struct {
	// Material is the revision at which fields, files or the way of the case last
	// changed; a screen older than that is stale.
	Material int64 `json:"material,omitempty"`
	// Root is the root over the salted leaves of the fields as they are now.
	Root string `json:"root,omitempty"`
	// Cause is what opened the case by itself, e.g. the end of a grant.
	Cause string `json:"cause,omitempty"`
	// SendBy is the last day on which the draft that was put before somebody is in time.
	SendBy calendar.Date `json:"send_by,omitzero"`
	// Writer is who fills the case in for its applicant, and Filled when he last sent it.
	Writer *workflow.Signer `json:"writer,omitempty"`
	Filled time.Time        `json:"filled,omitzero"`
	// Written is when a form that was approved by word of mouth was first sent.
	Written time.Time `json:"written,omitzero"`
	// PaperVoid is set where it went on on paper until the paper's number was declared void.
	PaperVoid bool `json:"paper_void,omitempty"`
	// Batch is the opening of the parent's split that this child belongs to.
	Batch string `json:"batch,omitempty"`
	// Year is the working year (作業年度) under which it is filed other than that of its day.
	Year int `json:"year,omitempty"`
	// YearAsked is the working year that the form named when it was last sent.
	YearAsked int `json:"year_asked,omitempty"`
	// FiledUnder is the number of the document of which it is a record.
	FiledUnder string `json:"filed_under,omitempty"`
	// RelationsSeen are the relations of the document that a request changes which its applicant saw
	// when he sent it: those alone he may have taken away.
	RelationsSeen []string `json:"relations_seen,omitempty"`
	// Editions are the versions of documents under which it was made (record.Edition), as they were
	// in force when it was first sent.
	Editions []string `json:"editions,omitempty"`
	// FiledFor is the application system whose category it is filed in.
	FiledFor string `json:"filed_for,omitempty"`
	// Row is the place of this child's row in its parent's table, from 1; Turn is 2 where the
	// row is handled for the second time, SentBack then who sent its request back since the
	// first, and why; nil where it is handled again for another reason.
	Row      int         `json:"row,omitempty"`
	Turn     int         `json:"turn,omitempty"`
	SentBack *sentBackBy `json:"sent_back,omitempty"`
	// Asked says that an office outside was asked about the row in an earlier turn.
	Asked bool `json:"asked,omitempty"`
	// Children are the versions of the types that the case's rows open, as they were
	// when its own version was settled, by type; a row has those of its request.
	Children map[string]string `json:"children,omitempty"`
	// Hidden are the fields of a row that its request hides from somebody.
	Hidden []string `json:"hidden,omitempty"`
	// Links are other cases this one came from or led to.
	Links []Link `json:"links,omitempty"`
	// Typed is what was typed into a draft and cannot be read as values.
	Typed forms.Posted `json:"typed,omitempty"`
	// Chosen are, of a draft, the ids of those its applicant chooses for later steps.
	Chosen map[string][]string `json:"chosen,omitempty"`
	// Shown are, of a draft, the people whom its route named when it was last kept.
	Shown map[string][]string `json:"shown,omitempty"`
	// Files are all files ever attached, in order; none is taken away.
	Files []Attached `json:"files,omitempty"`
	// Mended are the fields that changed while the case lay with its applicant: the
	// signatures that rest on them are void once it is sent again.
	Mended []string `json:"mended,omitempty"`
	// Acted are those who acted for somebody else, or beside any task of theirs: they
	// follow what they began.
	Acted []string `json:"acted,omitempty"`
	// ACL and Indexed are what the archive was told last, so that it is told
	// only what changed.
	ACL     string `json:"acl,omitempty"`
	Indexed string `json:"indexed,omitempty"`
	// Calendar is the state of the office's calendar by which the open deadlines are
	// counted; Redated are those of them that have moved with it, Moved their moves by task.
	Calendar int                   `json:"calendar,omitempty"`
	Redated  []Redated             `json:"redated,omitempty"`
	Moved    map[string][]Redating `json:"moved,omitempty"`
	// Former are, by task, the digests of the files that proved an answer from outside before it
	// was sent out once more.
	Former map[string][]string `json:"former,omitempty"`
	// Passed are the open tasks that went with their posts to others.
	Passed []passed `json:"passed,omitempty"`
	// Heir goes on with the request of an applicant who has handed over his work.
	Heir *workflow.Signer `json:"heir,omitempty"`
	// HandedOn are the tasks that sheets of those who left passed to others.
	HandedOn []handedOn `json:"handed_on,omitempty"`
	// LeftPool are those who have handed over since a task came to a group that they were of.
	LeftPool []leftPool `json:"left_pool,omitempty"`
	// Handed is when a sheet took effect of which NotHanded was not carried out.
	Handed    time.Time   `json:"handed,omitzero"`
	NotHanded []NotHanded `json:"not_handed,omitempty"`
	// Disposed is what is left of a case that was disposed of, nil for any other.
	Disposed *disposed `json:"disposed,omitempty"`
	// Retracted says that it is an execution record that was taken back, RetractedBy by whom.
	Retracted   bool   `json:"retracted,omitempty"`
	RetractedBy string `json:"retracted_by,omitempty"`
	// later are members of a later program that runs beside this one: they are kept as
	// they are, so that it finds again what it wrote. What such a program adds is
	// therefore a member of the whole, never one within another.
	later map[string]json.RawMessage
}

// extraMembers are the names of the members that this program knows.
var extraMembers = sync.OnceValue(func() map[string]bool {
	known := map[string]bool{}
	for f := range reflect.TypeFor[extra]().Fields() {
		if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); name != "" {
			known[name] = true
		}
	}
	return known
})

// sentBackBy is who returned a request whose rows are handled anew.
type sentBackBy struct {
	By     workflow.Signer `json:"by"`
	At     time.Time       `json:"at"`
	Reason string          `json:"reason"`
}

// Link points at a related case.
type Link struct {
	Kind string `json:"kind"` // extends, opened_by, replaces
	Case string `json:"case"`
}

// Attached is a file of a case: who put it there, and when.
type Attached struct {
	forms.File
	Field  string    `json:"field"` // "" for what came with what somebody said (Event.Attached)
	By     string    `json:"by"`
	ByName string    `json:"by_name"`
	At     time.Time `json:"at"`
}

func parseExtra(b []byte) (extra, error) {
	var e extra
	if len(b) == 0 || e.usual(b) {
		return e, nil
	}
	e = extra{}
	if err := json.Unmarshal(b, &e); err != nil {
		return e, err
	}
	var all map[string]json.RawMessage
	if err := json.Unmarshal(b, &all); err != nil {
		return e, err
	}
	maps.DeleteFunc(all, func(name string, _ json.RawMessage) bool { return extraMembers()[name] })
	if len(all) > 0 {
		e.later = all
	}
	return e, nil
}

// usual reads what most cases have and nothing else, in the order it is written in,
// without the general decoder: every action reads it. False leaves e half filled.
func (e *extra) usual(b []byte) bool {
	s := string(b)
	number, found := cut(&s, `{"material":`, `,"root":"`)
	if !found {
		return false
	}
	var err error
	if e.Material, err = strconv.ParseInt(number, 10, 64); err != nil {
		return false
	}
	for _, next := range [...]struct {
		to  *string
		end string
	}{{&e.Root, `","acl":"`}, {&e.ACL, `","indexed":"`}, {&e.Indexed, `"`}} {
		text, found := cut(&s, "", next.end)
		if !found || strings.ContainsAny(text, `"\\`) {
			return false
		}
		*next.to = text
	}
	if number, found = cut(&s, `,"calendar":`, "}"); found {
		e.Calendar, err = strconv.Atoi(number)
		return err == nil && s == ""
	}
	return s == "}"
}

// cut takes what stands between two texts off the beginning of s.
func cut(s *string, from, to string) (between string, found bool) {
	rest, found := strings.CutPrefix(*s, from)
	if !found {
		return "", false
	}
	between, *s, found = strings.Cut(rest, to)
	return between, found
}

func (e extra) encode() ([]byte, error) {
	b, err := json.Marshal(e)
	if err != nil || len(e.later) == 0 {
		return b, err
	}
	later, err := json.Marshal(e.later)
	if err != nil || len(b) == len("{}") {
		return later, err
	}
	return slices.Concat(b[:len(b)-1], []byte(","), later[1:]), nil
}
