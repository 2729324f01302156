# Policy §12.1, §12.3: man pages and long documents are compressed; the changelog is made.
set(root "$ENV{DESTDIR}${CMAKE_INSTALL_PREFIX}")
set(doc "${root}/share/doc/thresh")
string(TIMESTAMP date "%a, %d %b %Y %H:%M:%S +0000" UTC)
file(WRITE "${doc}/changelog.Debian"
"thresh (${CPACK_PACKAGE_VERSION}-1) unstable; urgency=medium

  * Release ${CPACK_PACKAGE_VERSION}.

 -- The thresh maintainers <maintainers@thresh.example>  ${date}
")
file(GLOB_RECURSE files "${root}/share/man/*.[1-9]")
list(APPEND files "${doc}/changelog.Debian")
execute_process(COMMAND gzip -9nf ${files} COMMAND_ERROR_IS_FATAL ANY)
