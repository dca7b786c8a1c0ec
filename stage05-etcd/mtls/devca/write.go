package devca

import (
	"os"
	"path/filepath"

	"example.com/workshop/stage05-etcd/mtls"
)

// Write issues a certificate, as Issue does, into the files NAME.pem and
// NAME-key.pem in dir, beside the CA's ca.pem, and returns their names. Files
// that are there are replaced. Only their owner may read keys.
func (ca *CA) Write(dir, name string, hosts ...string) (mtls.Files, error) {
	cert, key, err := ca.Issue(name, hosts...)
	if err != nil {
		return mtls.Files{}, err
	}
	files := mtls.Files{
		Cert: filepath.Join(dir, name+".pem"),
		Key:  filepath.Join(dir, name+"-key.pem"),
		CA:   filepath.Join(dir, "ca.pem"),
	}
	for _, err := range []error{
		os.MkdirAll(dir, 0o700),
		write(files.CA, ca.PEM(), 0o644),
		write(files.Cert, cert, 0o644),
		write(files.Key, key, 0o600),
	} {
		if err != nil {
			return mtls.Files{}, err
		}
	}
	return files, nil
}

// write replaces a file whole, so that nobody reads half of it.
func write(name string, data []byte, perm os.FileMode) error {
	if err := os.WriteFile(name+".new", data, perm); err != nil {
		return err
	}
	return os.Rename(name+".new", name)
}
