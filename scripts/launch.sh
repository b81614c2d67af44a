# Finds a JDK, builds modules on demand. POSIX sh, sourced by ./reverie, bench/run, bench/peer and examples/run, which
# set $root to the folder of the repository.

# Ends a line of progress.
[ -t 2 ] && clear='\r\033[K' || clear='\n'

fail() {
    printf 'reverie: %s\n' "$*" >&2
    exit 1
}

# Whether the folder $1 is a JDK of version 25 or newer: its release file tells, no JVM is started.
is_jdk() {
    [ -x "$1/bin/java" ] && [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 1
    while IFS='=' read -r key value; do
        if [ "$key" = JAVA_VERSION ]; then
            value=${value#\"}
            major=${value%%[!0-9]*}
            [ "${major:-0}" -ge 25 ]
            return
        fi
    done <"$1/release"
    return 1
}

# Folders that variables name (JAVA_HOME_25_X64 and JAVA25_HOME are what machines for CI have), and javac on the PATH.
named_homes() {
    env | sed -n -e 's/^JAVA_HOME_[2-9][0-9][A-Za-z0-9_]*=//p' -e 's/^JAVA[2-9][0-9]_HOME=//p'
    javac=$(command -v javac) && javac=$(readlink -f "$javac") && printf '%s\n' "${javac%/bin/javac}"
}

# Sets $jdk.
find_jdk() {
    if [ -n "${REVERIE_JAVA_HOME:-}" ]; then
        jdk=$REVERIE_JAVA_HOME
        is_jdk "$jdk" && return
        fail "REVERIE_JAVA_HOME is $jdk, which is not the folder of a JDK 25 or newer."
    fi
    jdk=${JAVA_HOME:-}
    is_jdk "$jdk" && return
    IFS='
'
    for jdk in $(named_homes) \
        /usr/lib/jvm/* /usr/lib64/jvm/* /usr/java/* /usr/local/java/* /opt/java/* /opt/*jdk* \
        "${HOME:-}"/.sdkman/candidates/java/* "${HOME:-}"/.jdks/* "${HOME:-}"/.gradle/jdks/* \
        "${HOME:-}"/.local/share/mise/installs/java/* "${HOME:-}"/.asdf/installs/java/* \
        /Library/Java/JavaVirtualMachines/*/Contents/Home "${HOME:-}"/Library/Java/JavaVirtualMachines/*/Contents/Home \
        /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home \
        /usr/local/opt/openjdk*/libexec/openjdk.jdk/Contents/Home; do
        if is_jdk "$jdk"; then
            unset IFS
            return
        fi
    done
    fail "a JDK 25 or newer is needed and was not found; install one, or set REVERIE_JAVA_HOME to its folder."
}

# Whether nothing that goes into the modules named was changed since the first of them was built.
is_built() {
    built=$root/$1/target/built
    [ -e "$built" ] || return 1
    inputs=$#
    set -- "$@" "$root/pom.xml"
    while [ "$inputs" -gt 0 ]; do
        set -- "$@" "$root/$1/pom.xml" "$root/$1/src/main"
        shift
        inputs=$((inputs - 1))
    done
    [ -z "$(find "$@" -newer "$built" -print | head -n 1)" ]
}

# Compiles the module $1 and those that it needs; says what went wrong, if it did.
compile() {
    JAVA_HOME=$jdk mvn -B "$@" -f "$root/pom.xml" -am -Dspotless.check.skip=true compile >"$log" 2>&1
}

# Sets $classes: the folders of compiled classes of the modules named. Their libraries are in target/libs of the first,
# which it builds with the others, that it needs, where a source is newer than the last build.
build() {
    classes=
    for module in "$@"; do
        classes=$classes${classes:+:}$root/$module/target/classes
    done
    is_built "$@" && return
    command -v mvn >/dev/null ||
        fail "Maven builds it and was not found; install Maven 3.8.7 or newer, so that mvn is on the PATH."
    target=$root/$1/target
    log=$target/build.log
    mkdir -p "$target" && rm -rf "$target/libs" "$target/built" "$target/app.jar" && : >"$target/building" ||
        fail "cannot build: $target is not writable."
    printf 'Building Reverie; the first time takes a minute or two ...' >&2
    # What was never downloaded is not there offline; anything else that fails would fail online too.
    if compile -o -pl "$1" || { grep -q offline "$log" && compile -pl "$1"; }; then
        mv "$target/building" "$target/built" # its time is the start of the build: later edits are newer
        printf "$clear" >&2
    else
        printf "$clear" >&2
        grep '^\[ERROR\]' "$log" | head -n 5 >&2
        fail "the build failed; $log has all of its output."
    fi
}

# Sets $app: one jar of the classes of the modules named, after build, for archives of classes, which take no folders.
# Weights stay where they are, to be mapped. Sets $packed: whether it was made just now.
pack() {
    target=$1/target
    app=$root/$target/app.jar
    packed=false
    [ -e "$app" ] && return
    packed=true
    rm -f "$root/$target"/*.jsa
    (
        cd "$root" || exit 1
        for module in "$@"; do
            (cd "$module/target/classes" && find dev -type f ! -path 'dev/reverie/models/*.safetensors') |
                while IFS= read -r file; do printf -- '-C "%s" "%s"\n' "$module/target/classes" "$file"; done
        done >"$target/app.files" &&
            "$jdk/bin/jar" --create --no-compress --file "$target/app.jar.part" "@$target/app.files" &&
            mv "$target/app.jar.part" "$target/app.jar"
    ) || fail "cannot pack its classes into $app."
}
