package intake_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/fstest"

	"golang.org/x/text/encoding/traditionalchinese"

	"github.com/ismskit/ismskit/ismskit/intake"
)

// packed is a ZIP whose entries are headers, each with what is in it.
func packed(t testing.TB, entries ...any) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for i := 0; i < len(entries); i += 2 {
		var head zip.FileHeader
		switch h := entries[i].(type) {
		case string:
			head = zip.FileHeader{Name: h, Method: zip.Deflate}
		case zip.FileHeader:
			head = h
		}
		w, err := z.CreateHeader(&head)
		if err == nil {
			_, err = io.WriteString(w, entries[i+1].(string))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func open(b []byte, l intake.Limits) (*intake.Package, error) {
	return intake.Zip(bytes.NewReader(b), int64(len(b)), l)
}

func names(p *intake.Package) string {
	var all []string
	for _, f := range p.Files {
		all = append(all, f.Name)
	}
	return strings.Join(all, " ")
}

// What an office packs with Windows has names in Big5, and what a Mac packs has its own files beside.
func TestAPackageAsOfficesMakeThem(t *testing.T) {
	big5, err := traditionalchinese.Big5.NewEncoder().String("108年/會議紀錄.pdf")
	if err != nil {
		t.Fatal(err)
	}
	b := packed(t, "索引表.xlsx", "x", zip.FileHeader{Name: big5, NonUTF8: true, Method: zip.Deflate}, "紀錄", "資料夾/", "", `109年\簽到表.pdf`, "表",
		"__MACOSX/._索引表.xlsx", "m", "109年/Thumbs.db", "t", "~$索引表.xlsx", "o")
	p, err := open(b, intake.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if got := names(p); got != "108年/會議紀錄.pdf 109年/簽到表.pdf 索引表.xlsx" || len(p.Left) != 3 {
		t.Errorf("%s, left %v", got, p.Left)
	}
	if f, ok := p.Index(); !ok || f.Name != "索引表.xlsx" {
		t.Errorf("index %v", f)
	}
	for _, called := range []string{"108年/會議紀錄.pdf", `108年\會議紀錄.PDF`, "會議紀錄.pdf", "./108年/會議紀錄.pdf"} {
		f, several, found := p.Find(called)
		if !found || several {
			t.Errorf("%s is not found", called)
			continue
		}
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err = errors.Join(err, r.Close()); err != nil || string(text) != "紀錄" {
			t.Errorf("%s: %q %v", called, text, err)
		}
	}
	for _, called := range []string{"", "紀錄.pdf", "../索引表.xlsx", "/索引表.xlsx"} {
		if f, _, found := p.Find(called); found {
			t.Errorf("%q is %s", called, f.Name)
		}
	}
	p, err = open(packed(t, "甲/a.pdf", "1", "乙/a.pdf", "2"), intake.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if _, several, found := p.Find("a.pdf"); !several || found {
		t.Error("one of two files of a name was taken")
	}
}

func TestAFolderIsAPackageToo(t *testing.T) {
	p, err := intake.Folder(fstest.MapFS{"移交/索引.xlsx": {Data: []byte("x")}, "移交/a.pdf": {Data: []byte("%PDF-")}, "移交/.DS_Store": {}}, intake.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if f, ok := p.Index(); names(p) != "移交/a.pdf 移交/索引.xlsx" || !ok || f.Name != "移交/索引.xlsx" {
		t.Errorf("%s", names(p))
	}
	if _, err := intake.Folder(fstest.MapFS{}, intake.Limits{}); code(err) != intake.Empty {
		t.Errorf("an empty folder: %v", err)
	}
}

func code(err error) string {
	if e, ok := errors.AsType[*intake.Error](err); ok {
		return e.Code
	}
	return ""
}

// Whatever may do harm, or nobody could tell apart, is refused before it is unpacked, in words.
func TestPackagesThatAreRefused(t *testing.T) {
	link := zip.FileHeader{Name: "link"}
	link.SetMode(0o777 | 1<<27) // a symbolic link
	locked := packed(t, "機密.pdf", "x")
	for at := 0; ; { // the flag stands in both headers
		i := bytes.Index(locked[at:], []byte("PK\x03\x04"))
		if i < 0 {
			break
		}
		locked[at+i+6] |= 1
		at += i + 4
	}
	locked[bytes.Index(locked, []byte("PK\x01\x02"))+8] |= 1
	many := make([]any, 0, 60)
	for i := range 30 {
		many = append(many, fmt.Sprint(i, ".txt"), "x")
	}
	for _, test := range []struct {
		what string
		file []byte
		l    intake.Limits
		code string
	}{
		{"no archive", []byte("just words"), intake.Limits{}, intake.NotZip},
		{"nothing", nil, intake.Limits{}, intake.NotZip},
		{"a RAR", []byte("Rar!\x1a\x07\x01\x00 and so on"), intake.Limits{}, intake.OtherArchive},
		{"one cut off", packed(t, "a", strings.Repeat("x", 1000))[:60], intake.Limits{}, intake.NotZip},
		{"a password", locked, intake.Limits{}, intake.Encrypted},
		{"out of the folder", packed(t, "../../etc/passwd", "x"), intake.Limits{}, intake.Name},
		{"out of the folder as Windows writes it", packed(t, `..\a.pdf`, "x"), intake.Limits{}, intake.Name},
		{"from the root", packed(t, "/etc/passwd", "x"), intake.Limits{}, intake.Name},
		{"from a drive", packed(t, `C:\a.pdf`, "x"), intake.Limits{}, intake.Name},
		{"a name written backwards", packed(t, "a\u202efdp.exe", "x"), intake.Limits{}, intake.Name},
		{"a link", packed(t, link, "/etc/passwd"), intake.Limits{}, intake.Link},
		{"two of a name", packed(t, "A.pdf", "x", "a.pdf", "y"), intake.Limits{}, intake.Twice},
		{"too large", packed(t, "a", "x"), intake.Limits{Size: 10}, intake.TooLarge},
		{"one file too large", packed(t, "a", strings.Repeat("x", 100)), intake.Limits{File: 99}, intake.FileTooLarge},
		{"all too large", packed(t, "a", strings.Repeat("x", 60), "b", strings.Repeat("x", 60)), intake.Limits{Unpacked: 100}, intake.Bomb},
		{"a bomb", packed(t, "a", strings.Repeat("\x00", 32<<20)), intake.Limits{}, intake.Bomb},
		{"too many", packed(t, many...), intake.Limits{Files: 29}, intake.TooMany},
		{"empty", packed(t, "folder/", ""), intake.Limits{}, intake.Empty},
	} {
		p, err := open(test.file, test.l)
		e, _ := errors.AsType[*intake.Error](err)
		if code(err) != test.code || p != nil {
			t.Errorf("%s: %v", test.what, err)
			continue
		}
		for _, lang := range []string{"zh-TW", "en"} {
			if text := e.Text(lang); text == "" || strings.Contains(text, "{") {
				t.Errorf("%s says %q", test.what, text)
			}
		}
	}
}

// What is wrong with the bytes of one file is told once it is read.
func TestADamagedFileIsTold(t *testing.T) {
	b := packed(t, zip.FileHeader{Name: "a.txt", Method: zip.Store}, "some words")
	copy(b[bytes.Index(b, []byte("some")):], "none")
	p, err := open(b, intake.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	r, err := p.Files[0].Open()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadAll(r); code(err) != intake.Broken {
		t.Errorf("%v", err)
	}
}

func FuzzZip(f *testing.F) {
	f.Add(packed(f, "索引.xlsx", "x", "a/b.pdf", "y"))
	f.Add(packed(f, "../a", "x"))
	f.Add([]byte("PK\x05\x06"))
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := open(b, intake.Limits{Unpacked: 1 << 20, File: 1 << 20, Files: 50})
		if err != nil {
			if code(err) == "" {
				t.Errorf("no words: %v", err)
			}
			return
		}
		for _, file := range p.Files {
			if strings.Contains("/"+file.Name+"/", "/../") || strings.HasPrefix(file.Name, "/") {
				t.Errorf("leads out: %q", file.Name)
			}
			if found, several, ok := p.Find(file.Name); !ok || several || found.Name != file.Name {
				t.Errorf("%q is not found by its name", file.Name)
			}
			r, err := file.Open()
			if err != nil {
				continue
			}
			n, err := io.Copy(io.Discard, r)
			if n > file.Size || err != nil && code(err) == "" {
				t.Errorf("%q gave %d of %d bytes: %v", file.Name, n, file.Size, err)
			}
			if closing := r.Close(); closing != nil && err == nil {
				t.Error(closing)
			}
		}
		p.Index()
	})
}
