package forms

import (
	"encoding/json"
	"path"
	"slices"
	"strconv"
	"strings"
)

// fileType names an uploaded file. Parameters: max_size (bytes, default 20 MiB), kinds (any of pdf, word, excel, slides, odf,
// image, text, zip, or media types; default: pdf, word, excel, odf, image, text). The bytes are checked where they
// arrive; here the name, size and media type that were found are held against the rules.
type fileType struct{}

const (
	defaultFileSize = 20 << 20
	maxFileName     = 255
)

// fileKinds are the words an officer uses for groups of media types.
var fileKinds = map[string][]string{
	"pdf":    {"application/pdf"},
	"word":   {"application/msword", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
	"excel":  {"application/vnd.ms-excel", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
	"slides": {"application/vnd.ms-powerpoint", "application/vnd.openxmlformats-officedocument.presentationml.presentation"},
	"odf": {"application/vnd.oasis.opendocument.text", "application/vnd.oasis.opendocument.spreadsheet",
		"application/vnd.oasis.opendocument.presentation"},
	"image": {"image/png", "image/jpeg", "image/gif", "image/webp", "image/tiff"},
	"text":  {"text/plain", "text/csv", "text/markdown"},
	"zip":   {"application/zip"},
}

// fileEndings are the endings of the kinds' names, for a file dialog: computers know files by them, and each its own
// media types.
var fileEndings = map[string][]string{
	"pdf": {".pdf"}, "word": {".doc", ".docx"}, "excel": {".xls", ".xlsx"}, "slides": {".ppt", ".pptx"},
	"odf": {".odt", ".ods", ".odp"}, "image": {".png", ".jpg", ".jpeg", ".gif", ".webp", ".tif", ".tiff"},
	"text": {".txt", ".csv", ".md"}, "zip": {".zip"},
}

func (fileType) Name() string { return "file" }

type fileParams struct {
	MaxSize int64    `json:"max_size"`
	Kinds   []string `json:"kinds"`
}

func (fileType) Compile(f Field, r Report) Input {
	p := fileParams{defaultFileSize, nil}
	r.Params(f.Params, &p)
	if p.MaxSize <= 0 {
		r.At("params.max_size").Problem("bound", "max", int64(1)<<40)
	}
	if p.Kinds == nil {
		p.Kinds = []string{"pdf", "word", "excel", "odf", "image", "text"}
	}
	in := fileInput{max: p.MaxSize, kinds: p.Kinds}
	for i, kind := range p.Kinds {
		switch types, known := fileKinds[kind]; {
		case known:
			in.types = append(in.types, types...)
		case strings.Count(kind, "/") == 1:
			in.types = append(in.types, kind)
		default:
			r.Index("params.kinds", i).Problem("file_kind_unknown", "value", kind)
		}
	}
	return in
}

type fileInput struct {
	max   int64
	kinds []string
	types []string
}

func (t fileInput) Decode(in any) (any, *Fault) {
	object, ok := in.(map[string]any)
	if !ok {
		return nil, fault("type", "want", "file")
	}
	var f File
	for _, key := range sortedKeys(object) {
		var bad *Fault
		value := object[key]
		switch key {
		case "name":
			f.Name, bad = textPart(value)
		case "digest":
			f.Digest, bad = textPart(value)
		case "type":
			f.MediaType, bad = textPart(value)
		case "size":
			n, whole := value.(json.Number)
			size, err := strconv.ParseInt(string(n), 10, 64)
			if !whole || err != nil {
				bad = fault("integer_format")
			}
			f.Size = size
		default:
			bad = fault("unknown_part", "key", key)
		}
		if bad != nil {
			return nil, bad.part(key)
		}
	}
	return answeredFile(f), nil
}

func answeredFile(f File) any {
	if f == (File{}) {
		return nil
	}
	return f
}

// Parse reads the hidden parts name, size, digest and type that a page keeps for a file that has arrived already.
func (t fileInput) Parse(p Post) (any, *Fault) {
	f := File{Digest: p.Text("digest"), MediaType: p.Text("type")}
	if f.Digest == "" {
		return nil, nil
	}
	name, code := clean(p.Text("name"), false)
	size, err := strconv.ParseInt(p.Text("size"), 10, 64)
	if code != "" || err != nil {
		return nil, fault("file_unreadable")
	}
	f.Name, f.Size = name, size
	return f, nil
}

func (t fileInput) Check(ctx *CheckContext, v any) *Fault {
	f, ok := v.(File)
	if !ok {
		return fault("type", "want", "file")
	}
	if !validFileName(f.Name) {
		return fault("file_name").part("name")
	}
	if !validDigest(f.Digest) || f.Size < 0 {
		return fault("file_unreadable")
	}
	if bad := t.fits(f); bad != nil {
		return bad
	}
	if bad := t.asNamed(f); bad != nil && (ctx.stays == nil || !ctx.stays(f)) {
		return bad
	}
	if f.MediaType == "" {
		return fault("file_content", "name", f.Name, "kinds", t.kindNames())
	}
	if ctx.Lookup != nil {
		if _, exists := ctx.Lookup.Name(Need{Kind: NeedFile, ID: f.Digest}); !exists {
			return fault("file_gone", "name", f.Name)
		}
	}
	return nil
}

// fits says whether size and kind are what the field takes; a kind that isn't known yet is not looked at.
func (t fileInput) fits(f File) *Fault {
	switch {
	case f.Size == 0:
		return fault("file_empty", "name", f.Name)
	case f.Size > t.max:
		return fault("file_too_large", "name", f.Name, "max", SizeText(t.max), "size", SizeText(f.Size))
	case !t.named(f):
		return fault("file_kind", "name", f.Name, "kinds", t.kindNames())
	case f.MediaType != "" && !slices.Contains(t.types, f.MediaType):
		return fault("file_content", "name", f.Name, "kinds", t.kindNames())
	}
	return nil
}

// asNamed says whether what is in a file is what its name says, where that is known.
func (t fileInput) asNamed(f File) *Fault {
	if f.MediaType != "" && !IsAsNamed(f.Name, f.MediaType) {
		return fault("file_content", "name", f.Name, "kinds", t.kindNames())
	}
	return nil
}

// named says whether a file's name ends as those of the field's kinds do: whatever is in it, whoever saves it opens it by
// its name. A kind that is given as a media type says nothing of names, and a name may have no ending.
func (t fileInput) named(f File) bool {
	return NamedAs(f.Name, t.kinds...) || slices.ContainsFunc(t.kinds, func(kind string) bool {
		_, group := fileEndings[kind]
		return !group && (f.MediaType == "" || f.MediaType == kind)
	})
}

// IsAsNamed says whether what is in a file is of the group of kinds that its name says: a text under the name of a Word
// file opens in no program. Names of no group say nothing.
func IsAsNamed(name, mediaType string) bool {
	ending := strings.ToLower(path.Ext(strings.TrimRight(name, ". ")))
	for kind, endings := range fileEndings {
		if slices.Contains(endings, ending) {
			return slices.Contains(fileKinds[kind], mediaType)
		}
	}
	return true
}

// NamedAs says whether a file's name ends as those of some kinds do ("pdf", "word"), or has no ending.
func NamedAs(name string, kinds ...string) bool {
	ending := strings.ToLower(path.Ext(strings.TrimRight(name, ". ")))
	return ending == "" || slices.ContainsFunc(kinds, func(kind string) bool { return slices.Contains(fileEndings[kind], ending) })
}

func validFileName(s string) bool {
	n, code := kept(s, false)
	return code == "" && n > 0 && len(s) <= maxFileName && s != "." && s != ".." && !strings.ContainsAny(s, "/\\\t")
}

func validDigest(s string) bool {
	return len(s) == 64 && strings.Trim(s, "0123456789abcdef") == ""
}

func (t fileInput) kindNames() Text {
	zh, en := make([]string, len(t.kinds)), make([]string, len(t.kinds))
	for i, kind := range t.kinds {
		zh[i], en[i] = kind, kind
		if _, group := fileKinds[kind]; group {
			zh[i], en[i] = say("zh-TW", "kind_"+kind, nil, nil), say("en", "kind_"+kind, nil, nil)
		}
	}
	return Text{"zh-TW": joined(zh, Locale{Lang: "zh-TW"}), "en": joined(en, Locale{Lang: "en"})}
}

// SizeText writes a number of bytes as people do: 10 MB, 512 KB.
func SizeText(n int64) string {
	const kib, mib = 1 << 10, 1 << 20
	switch {
	case n >= mib:
		tenths := (n*10 + mib/2) / mib
		if tenths%10 == 0 {
			return strconv.FormatInt(tenths/10, 10) + " MB"
		}
		return strconv.FormatInt(tenths/10, 10) + "." + strconv.FormatInt(tenths%10, 10) + " MB"
	case n >= kib:
		return strconv.FormatInt((n+kib/2)/kib, 10) + " KB"
	}
	return strconv.FormatInt(n, 10) + " B"
}

func (t fileInput) Canonical(v any) any {
	f, _ := v.(File)
	return map[string]any{"name": f.Name, "size": f.Size, "digest": f.Digest, "type": f.MediaType}
}

func (t fileInput) Format(v any, _ Locale) string {
	f, ok := v.(File)
	if !ok {
		return ""
	}
	return f.Name + " (" + SizeText(f.Size) + ")"
}

func (t fileInput) Text(v any, _ Locale, put func(part, text string)) {
	f, ok := v.(File)
	if !ok {
		return
	}
	put("name", f.Name)
	put("size", strconv.FormatInt(f.Size, 10))
	put("digest", f.Digest)
	put("type", f.MediaType)
}

func (t fileInput) Needs(v any, need func(Need)) {
	if f, ok := v.(File); ok {
		need(Need{Kind: NeedFile, ID: f.Digest})
	}
}

func (t fileInput) Shape() Shape {
	return Shape{Kind: KindRecord, Parts: map[string]Shape{
		"name": {Kind: KindText}, "size": {Kind: KindInteger}, "type": {Kind: KindText}}}
}

func (t fileInput) Part(v any, name string) any {
	f, ok := v.(File)
	switch {
	case !ok:
		return nil
	case name == "name":
		return f.Name
	case name == "size":
		return f.Size
	case name == "type":
		return f.MediaType
	}
	return nil
}
