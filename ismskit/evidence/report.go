package evidence

import (
	"cmp"
	"embed"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Report is what the check of a bundle found, or that of a server's own database.
type Report struct {
	Origin string            `json:"origin"`
	Made   time.Time         `json:"made"`
	By     string            `json:"by"`
	Scope  map[string]string `json:"scope"`
	// Live says that it is of a server's own database, at the time Made.
	Live bool `json:"live,omitempty"`

	// Key is the public key that has to have signed everything, the house's. Vouched
	// says that somebody other than the bundle says so: a trusted key, or a checkpoint
	// known before.
	Key     string `json:"key"`
	Vouched bool   `json:"vouched"`

	Cases   int `json:"cases"`
	Chains  int `json:"chains"`  // that are no case's
	Entries int `json:"entries"` // of all trails
	// Absent are entries whose payload isn't there: lawfully disposed of, or not for
	// whoever made the bundle to read. Their digests are.
	Absent int `json:"absent"`
	Files  int `json:"files"`
	// Rows are what is stored beside the trails of a server's own database and was held against
	// them: cases, rows of lists, documents.
	Rows        int `json:"rows,omitempty"`
	Checkpoints int `json:"checkpoints"`

	Last      Checkpoint   `json:"last"`      // the newest in the bundle
	Witnesses []string     `json:"witnesses"` // trusted ones who signed it beside the house
	Earlier   []Checkpoint `json:"earlier"`   // those known before that hold

	// Findings are what doesn't hold, the heaviest first, Remarks what else the reader
	// should know.
	Findings []Finding `json:"findings"`
	Remarks  []Finding `json:"remarks"`
	// Packing is where the container isn't as it was made, each kind once, in what a tool
	// may do that packs files; all else is among the Findings. Another tool
	// that packs the files again leaves its marks everywhere; of the contents, which are
	// held against their own digests, it says nothing.
	Packing []Finding `json:"packing,omitempty"`
}

// Result is the outcome of a check in a word.
type Result string

// Results of a check.
const (
	// Holding: nothing was found, and the key that signed is vouched for.
	Holding Result = "holds"
	// Unvouched: nothing was found, but the key that signed is known from the bundle
	// alone. Whoever makes a bundle anew with a key of his own gets as far.
	Unvouched Result = "unvouched"
	// Repacked: every content holds and the key that signed is vouched for, but the
	// container isn't byte for byte as it was made.
	Repacked Result = "repacked"
	// Failing: something doesn't hold.
	Failing Result = "fails"
)

// Result returns the outcome.
func (r Report) Result() Result {
	switch {
	case len(r.Findings) > 0:
		return Failing
	case !r.Vouched:
		return Unvouched
	case len(r.Packing) > 0:
		return Repacked
	}
	return Holding
}

// Holds says that nothing was found, every byte is as it was made, and the key that
// signed is vouched for.
func (r Report) Holds() bool { return r.Result() == Holding }

// order puts the heaviest first, and what concerns one place together.
func (r *Report) order() {
	for _, list := range [][]Finding{r.Findings, r.Remarks} {
		slices.SortStableFunc(list, func(a, b Finding) int {
			return cmp.Or(cmp.Compare(a.weight(), b.weight()), cmp.Compare(a.File, b.File), cmp.Compare(a.Chain, b.Chain), cmp.Compare(a.Seq, b.Seq))
		})
	}
}

// weight is smallest for what says that records were changed, and greatest for what
// only says that a file isn't as it was: that the file was changed follows from what
// is said of its content.
func (f Finding) weight() int {
	switch kind, _, _ := strings.Cut(f.Code, "_"); kind {
	case "chain", "hash", "line", "attachment", "stored", "reader", "definition", "calendar", "history", "consistency":
		return 0
	case "file":
		return 2
	}
	return 1
}

// Finding is one thing that doesn't hold or has to be known, and where. Parts of
// the place that don't apply are empty.
type Finding struct {
	Code  string `json:"code"`
	File  string `json:"file,omitempty"` // in the bundle
	Case  string `json:"case,omitempty"` // its number
	Row   int    `json:"row,omitempty"`  // of its request, whose number it has; 0 for none
	Turn  int    `json:"turn,omitempty"` // which handling of the row, from 2; 0 for the first
	Chain string `json:"chain,omitempty"`
	Name  string `json:"name,omitempty"` // of what the chain is, as people call it
	// Part is what File is of the case or document: PartPage, PartTrail or PartAttachment, ""
	// where it is nothing of one. Attached is what an attachment was called when it was
	// uploaded; Seq is then the entry that names it, as far as its trail is there.
	Part     string            `json:"part,omitempty"`
	Attached string            `json:"attached,omitempty"`
	Seq      int64             `json:"seq,omitempty"`    // of the entry
	To       int64             `json:"to,omitempty"`     // the last of several
	Offset   int64             `json:"offset,omitempty"` // in the container, in bytes
	Count    int               `json:"count,omitempty"`  // of places in the container with the same fault; this is the first
	Params   map[string]string `json:"params,omitempty"`
	// Live words it for the check of a server's own database.
	Live bool `json:"-"`
}

// What a file of a bundle is of the case or document that it belongs to.
const (
	PartPage       = "page"       // the case as it is printed
	PartTrail      = "trail"      // its entries
	PartAttachment = "attachment" // a file that was uploaded
)

// liveTexts are the texts of what is said of a server's own database in other words than of a
// bundle, by code.
var liveTexts = map[string]string{
	"history_short": "live_short", "history_rebuilt": "live_rebuilt", "checkpoint_signature": "live_signature",
}

// Text says it to people.
func (f Finding) Text(lang string) string {
	params := map[string]string{"file": f.File, "chain": f.Chain, "n": "", "entry": "", "offset": strconv.FormatInt(f.Offset, 10)}
	switch {
	case f.To > f.Seq:
		params["entry"] = say("entries", map[string]string{"seq": strconv.FormatInt(f.Seq, 10), "to": strconv.FormatInt(f.To, 10)}, lang)
	case f.Seq > 0:
		params["entry"] = say("entry", map[string]string{"seq": strconv.FormatInt(f.Seq, 10)}, lang)
	}
	switch {
	case f.Case != "" && f.Row > 0 && f.Turn > 1:
		params["where"] = say("where_row_turn", map[string]string{"case": f.Case, "row": strconv.Itoa(f.Row), "turn": strconv.Itoa(f.Turn)}, lang)
	case f.Case != "" && f.Row > 0:
		params["where"] = say("where_row", map[string]string{"case": f.Case, "row": strconv.Itoa(f.Row)}, lang)
	case f.Case != "":
		params["where"] = say("where_case", map[string]string{"case": f.Case}, lang)
	case f.Name != "":
		params["where"] = say("where_document", map[string]string{"name": f.Name}, lang)
	case f.Chain != "":
		params["where"] = say("where_chain", map[string]string{"chain": f.Chain}, lang)
	default:
		params["where"] = say("where_file", map[string]string{"file": f.File}, lang)
	}
	if f.Part == PartAttachment {
		params["name"] = f.Attached
	}
	if f.Part != "" {
		of := say("part_"+f.Part, params, lang)
		if f.Part == PartAttachment && f.Seq > 0 {
			of += say("part_entry", params, lang)
		}
		params["what"] = say("file_of", map[string]string{"file": f.File, "of": of}, lang)
	} else {
		params["what"] = f.File
	}
	for key, value := range f.Params {
		params[key] = value
	}
	code := f.Code
	if live, own := liveTexts[code]; f.Live && own {
		code = live
	}
	text := say(code, params, lang)
	if f.Count > 1 {
		text += say("container_several", map[string]string{"n": strconv.Itoa(f.Count)}, lang)
	}
	return text
}

// String returns the finding for a log.
func (f Finding) String() string { return f.Text("en") }

//go:embed texts/*.json
var textFiles embed.FS

var catalogue = sync.OnceValues(func() (map[string]map[string]string, error) {
	all := map[string]map[string]string{}
	for _, lang := range []string{"zh-TW", "en"} {
		b, err := textFiles.ReadFile("texts/" + lang + ".json")
		if err != nil {
			return nil, err
		}
		var texts map[string]string
		if err := json.Unmarshal(b, &texts); err != nil {
			return nil, fmt.Errorf("texts/%s.json: %w", lang, err)
		}
		all[lang] = texts
	}
	return all, nil
})

func english(lang string) bool { return lang == "en" || strings.HasPrefix(lang, "en-") }

// say fills a text of the catalogue. A language other than English is answered in
// zh-TW, a missing text by its code: both are held by tests.
func say(code string, params map[string]string, lang string) string {
	texts, err := catalogue()
	if err != nil {
		return code
	}
	text, ok := texts["zh-TW"][code]
	if english(lang) {
		text, ok = texts["en"][code]
	}
	if !ok {
		return code
	}
	pairs := make([]string, 0, 2*len(params))
	for key, value := range params {
		pairs = append(pairs, "{"+key+"}", moment(value, lang))
	}
	return strings.NewReplacer(pairs...).Replace(text)
}

// moment writes a time as people in Taiwan read it, 115.11.26 08:00; anything else
// stays as it is.
func moment(value, lang string) string {
	t, err := time.Parse(TimeLayout, value)
	if err != nil {
		return value
	}
	t = t.In(time.FixedZone("Asia/Taipei", 8*60*60))
	if english(lang) || t.Year() <= 1911 {
		return t.Format("2006-01-02 15:04:05 -07:00")
	}
	return strconv.Itoa(t.Year()-1911) + t.Format(".01.02 15:04:05")
}

// Text says the whole report to people, a line for each thing.
func (r Report) Text(lang string) string {
	var b strings.Builder
	for _, line := range append(r.Lines(lang), r.Verdict(lang)) {
		b.WriteString(line + "\n")
	}
	for _, f := range r.Findings {
		b.WriteString("✕ " + f.Text(lang) + "\n")
	}
	if len(r.Packing) > 0 || len(r.Remarks) > 0 {
		b.WriteString(RemarksHead(lang) + "\n")
	}
	if line := r.PackingLine(lang); line != "" {
		b.WriteString("▲ " + line + "\n")
	}
	for _, f := range r.Packing {
		b.WriteString("    " + f.Text(lang) + "\n")
	}
	for _, f := range r.Remarks {
		b.WriteString("● " + f.Text(lang) + "\n")
	}
	return b.String()
}

// RemarksHead stands above what is worth knowing and no finding, so that nobody looks
// there for one of those that the verdict counts.
func RemarksHead(lang string) string { return say("report_remarks", nil, lang) }

// Verdict says whether all holds, and else how many findings there are. How a bundle was
// packed is none.
func (r Report) Verdict(lang string) string {
	switch result := r.Result(); {
	case len(r.Findings) == 1 && r.Findings[0].Code == "no_bundle": // nothing was changed: it was another file
		return say("report_no_bundle", nil, lang)
	case result == Holding:
		return say("report_holds", nil, lang)
	case result == Repacked:
		return say("report_repacked", nil, lang)
	case result == Unvouched && len(r.Packing) > 0:
		return say("report_repacked", nil, lang) + say("report_key_open", nil, lang)
	case result == Unvouched:
		return say("report_unvouched", nil, lang)
	}
	return say("report_fails", map[string]string{"n": strconv.Itoa(len(r.Findings))}, lang)
}

// PackingLine says in one line that the packing isn't as it was made, and in how many
// places; empty where it is.
func (r Report) PackingLine(lang string) string {
	if len(r.Packing) == 0 {
		return ""
	}
	places := 0
	for _, f := range r.Packing {
		places += f.Count
	}
	return say("report_packing", map[string]string{"n": strconv.Itoa(places)}, lang)
}

// Lines say what was checked.
func (r Report) Lines(lang string) []string {
	var out []string
	line := func(code string, params map[string]string) { out = append(out, say(code, params, lang)) }
	count := strconv.Itoa
	if r.Made.IsZero() { // nothing in it says what it is
		return nil
	}
	made := r.Made.UTC().Format(TimeLayout)
	if r.Live {
		line("report_live", map[string]string{"made": made})
	} else {
		line("report_bundle", map[string]string{"origin": r.Origin, "made": made, "by": r.By})
	}
	line("report_counts", map[string]string{
		"cases": count(r.Cases), "chains": count(r.Chains), "entries": count(r.Entries), "files": count(r.Files), "checkpoints": count(r.Checkpoints),
	})
	if r.Rows > 0 {
		line("report_rows", map[string]string{"rows": count(r.Rows)})
	}
	if r.Absent > 0 {
		line("report_absent", map[string]string{"n": count(r.Absent)})
	}
	if r.Checkpoints > 0 {
		line("report_last", map[string]string{"at": r.Last.Time.UTC().Format(TimeLayout), "size": strconv.FormatInt(r.Last.Size, 10)})
	}
	if len(r.Witnesses) > 0 {
		line("report_witnesses", map[string]string{"names": strings.Join(r.Witnesses, say("comma", nil, lang))})
	}
	if r.Vouched {
		line("report_key", map[string]string{"key": r.Key})
	}
	agrees := "report_earlier"
	if r.Live {
		agrees = "report_earlier_live"
	}
	for _, p := range r.Earlier {
		line(agrees, map[string]string{"at": p.Time.UTC().Format(TimeLayout), "size": strconv.FormatInt(p.Size, 10)})
	}
	return out
}
