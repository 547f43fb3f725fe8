// Refuses what would not compile, and takes back what was generated.
import javax.lang.model.SourceVersion

def name = request.properties['package']
if (!SourceVersion.isName(name)) {
    def wrong = name.split('\\.', -1).find { !SourceVersion.isName(it) }
    def why = SourceVersion.isKeyword(wrong) ? 'is a keyword of Java' : 'is no name in Java'
    new File(request.outputDirectory, request.artifactId).deleteDir()
    throw new IllegalArgumentException("the package ${name} cannot be: '${wrong}' ${why}; choose another one"
            + " with -Dpackage=...")
}
