package devca

import (
	"errors"
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

// write replaces a file as a whole, so that nobody reads half of it. It creates a new
// file for that, so that nobody else has chosen who may read it.
func write(name string, data []byte, perm os.FileMode) error {
	temp := name + ".new"
	os.Remove(temp)
	f, err := os.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, perm)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(temp, name)
	}
	if err != nil {
		os.Remove(temp)
	}
	return err
}
