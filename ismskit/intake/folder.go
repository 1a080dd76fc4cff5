package intake

import (
	"errors"
	"io"
	"io/fs"
)

// Folder opens a folder, such as one on the server's own disk, through an fs.FS.
func Folder(fsys fs.FS, l Limits) (*Package, error) {
	g := gather{l: l.WithDefaults(), names: map[string]bool{}}
	err := fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir():
			return nil
		case !d.Type().IsRegular():
			return refuse(Link, "name", shown(name))
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		return g.add(File{Name: name, Size: info.Size(), open: func() (io.ReadCloser, error) { return openIn(fsys, name) }})
	})
	if err != nil {
		return nil, err
	}
	return g.whole()
}

func openIn(fsys fs.FS, name string) (io.ReadCloser, error) {
	f, err := fsys.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, refuse(Broken, "name", shown(name))
	}
	return f, err
}
