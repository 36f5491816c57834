#!/usr/bin/env bash
# Installs Moto's server, which is S3 with signatures and policies checked, into the folder given; needs Python with venv.
#   scripts/real/moto.sh DIR [5.2.1]
#   PATH=DIR:$PATH npm run test:int -- test/conformance/s3
set -euo pipefail
to=$(mkdir -p "${1:?folder to install into}" && cd "$1" && pwd)
version=${2:-5.2.1}
python3 -m venv "$to/moto-$version"
"$to/moto-$version/bin/pip" install --quiet --disable-pip-version-check "moto[s3,iam,server]==$version"
ln -sf "$to/moto-$version/bin/moto_server" "$to/moto_server"
echo "$to/moto_server"
