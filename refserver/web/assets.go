package web

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"slices"
	"strings"
	"time"
)

//go:embed assets templates texts
var ownFiles embed.FS

// assetTypes are the kinds of files served; a file of another kind is an
// error at start-up, not a guess at run time.
var assetTypes = map[string]string{
	".css":   "text/css; charset=utf-8",
	".js":    "text/javascript; charset=utf-8",
	".svg":   "image/svg+xml",
	".png":   "image/png",
	".woff2": "font/woff2",
}

// Assets are the stylesheet, the script and pictures. Their address carries a
// digest of all of them, so that a browser may keep them for ever, and relative
// imports among scripts still lead to the same version. Safe for concurrent use.
type Assets struct {
	base   string
	digest string
	files  map[string]asset
}

type asset struct {
	kind      string
	etag      string
	plain, gz []byte // gz is nil where it doesn't pay
}

// NewAssets reads assets/* from overlay (may be nil) over the embedded ones.
// base is the prefix under which the pages are mounted, "" at the root.
func NewAssets(overlay fs.FS, base string) (*Assets, error) {
	files := overlaid(overlay)
	names, err := listFiles(files, "assets")
	if err != nil {
		return nil, err
	}
	a := &Assets{base: base, files: make(map[string]asset, len(names))}
	all := sha256.New()
	for _, name := range names {
		one, err := readAsset(files, name)
		if err != nil {
			return nil, err
		}
		short := strings.TrimPrefix(name, "assets/")
		a.files[short] = one
		fmt.Fprintf(all, "%s\x00%s\x00", short, one.etag)
	}
	a.digest = hex.EncodeToString(all.Sum(nil))[:12]
	return a, nil
}

func readAsset(files fs.FS, name string) (asset, error) {
	kind, ok := assetTypes[path.Ext(name)]
	if !ok {
		return asset{}, fmt.Errorf("web: %s: kind of file not served", name)
	}
	plain, err := fs.ReadFile(files, name)
	if err != nil {
		return asset{}, fmt.Errorf("web: %w", err)
	}
	sum := sha256.Sum256(plain)
	one := asset{kind: kind, etag: hex.EncodeToString(sum[:])[:16], plain: plain}
	if kind == "image/png" || kind == "font/woff2" {
		return one, nil
	}
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	_, writeErr := z.Write(plain)
	if err := errors.Join(writeErr, z.Close()); err != nil {
		return asset{}, fmt.Errorf("web: %s: %w", name, err)
	}
	if packed.Len() < len(plain) {
		one.gz = packed.Bytes()
	}
	return one, nil
}

// URL is the address of an asset, such as "style.css". An unknown name is an
// error, which a template reports when it is executed.
func (a *Assets) URL(name string) (string, error) {
	if _, ok := a.files[name]; !ok {
		return "", fmt.Errorf("web: no asset %q", name)
	}
	return a.base + "/assets/" + a.digest + "/" + name, nil
}

// Handler serves the assets; mount it at "GET /assets/". An address with the
// digest of another release, as a page from another server of the same house
// may hold during an update, gets today's file and must ask again next time.
func (a *Assets) Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		digest, name, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/assets/"), "/")
		one, ok := a.files[name]
		if !ok {
			http.NotFound(w, r)
			return
		}
		head := w.Header()
		head.Set("Content-Type", one.kind)
		head.Set("Cache-Control", "no-cache")
		if digest == a.digest {
			head.Set("Cache-Control", "public, max-age=31536000, immutable")
		}
		head.Add("Vary", "Accept-Encoding")
		body, etag := one.plain, one.etag
		if one.gz != nil && acceptsGzip(r) {
			head.Set("Content-Encoding", "gzip")
			body, etag = one.gz, etag+"-gz"
		}
		head.Set("ETag", `"`+etag+`"`)
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body))
	})
}

func acceptsGzip(r *http.Request) bool {
	for part := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		coding, weight, _ := strings.Cut(part, ";")
		if strings.TrimSpace(coding) == "gzip" {
			return !strings.HasPrefix(strings.ReplaceAll(weight, " ", ""), "q=0")
		}
	}
	return false
}

// overlaid is the embedded files with a host's files in front of them.
func overlaid(over fs.FS) fs.FS {
	if over == nil {
		return ownFiles
	}
	return overlay{over: over, base: ownFiles}
}

// overlay opens a file from over, if it is there, else from base.
type overlay struct{ over, base fs.FS }

// Open implements fs.FS.
func (o overlay) Open(name string) (fs.File, error) {
	f, err := o.over.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return o.base.Open(name)
	}
	return f, err
}

// ReadDir implements fs.ReadDirFS: the union of both, by name.
func (o overlay) ReadDir(name string) ([]fs.DirEntry, error) {
	over, overErr := fs.ReadDir(o.over, name)
	if overErr != nil && !errors.Is(overErr, fs.ErrNotExist) {
		return nil, overErr
	}
	base, baseErr := fs.ReadDir(o.base, name)
	if baseErr != nil && (overErr != nil || !errors.Is(baseErr, fs.ErrNotExist)) {
		return nil, baseErr
	}
	byName := func(a, b fs.DirEntry) int { return cmp.Compare(a.Name(), b.Name()) }
	for _, entry := range base {
		if _, found := slices.BinarySearchFunc(over, entry, byName); !found {
			over = append(over, entry)
			slices.SortFunc(over, byName)
		}
	}
	return over, nil
}

// listFiles are the files below dir, sorted. A missing dir has none.
func listFiles(files fs.FS, dir string) ([]string, error) {
	var names []string
	err := fs.WalkDir(files, dir, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if !entry.IsDir() {
			names = append(names, name)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("web: %w", err)
	}
	slices.Sort(names)
	return names, nil
}
