"""Two conditions that depend on what was done in earlier turns."""

from baton import Skill
from baton.decorators import handoff, hook


class WorkflowSkill(Skill):
    @handoff("data-analyst")
    def needs_analysis(self, query: str) -> bool:
        """First: Send to analyst for data"""
        return "analyze" in query and not hasattr(self, "analysis_done")
    
    @handoff("report-writer")  
    def needs_report(self, query: str) -> bool:
        """Then: Send to writer for report"""
        return hasattr(self, "analysis_done") and "report" in query
    
    @hook("after_handoff")
    async def track_workflow(self, context):
        """Track workflow progress"""
        if context["handoff_agent"] == "data-analyst":
            self.analysis_done = True
        return context
